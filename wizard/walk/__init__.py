"""The engine: the same generators drained over different hosts are the plan, the application and its proof."""
