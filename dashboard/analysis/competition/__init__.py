"""Where spending goes, modelled: inputs from the snapshot, calibration, scenarios and what comes
out.
"""
