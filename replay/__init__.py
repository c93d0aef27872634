"""The log read as acts, and the states, rules and parties that they made so."""
