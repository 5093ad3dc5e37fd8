"""The model of where spending goes: inputs, calibration, scenarios and outcomes."""
