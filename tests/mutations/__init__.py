"""Files as a host may really have them, damaged at random: every reader answers, whatever it finds."""
