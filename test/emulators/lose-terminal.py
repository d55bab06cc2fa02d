"""Runs a command on a terminal of its own, and loses that terminal when what it shows matches.

    lose-terminal.py close|freeze PATTERN COMMAND...

close: the terminal is gone, as when its window is closed. freeze: it takes nothing any more, as after Ctrl-S, until
this process's stdin closes. Prints the command's process id.
"""

import os
import pty
import re
import sys

how, pattern, command = sys.argv[1], sys.argv[2].encode(), sys.argv[3:]
pid, master = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
shown = b''
while not re.search(pattern, shown):
    shown += os.read(master, 65536)
print(pid, flush=True)
if how == 'freeze':
    sys.stdin.read()
os.close(master)
