"""How `wizard.carry_out` touches files: by descriptors, and as their owner where they are foreign."""
