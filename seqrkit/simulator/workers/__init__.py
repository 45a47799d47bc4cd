"""Worker processes: they answer SOAP requests on one port and one database, on all processors.

The main process has the clock, the faults, the recorded exchanges, the control API and the pages.
Each worker knows of every change before the change is answered, passes on what it has done, and
relays requests that are not SOAP to the main process.
"""
