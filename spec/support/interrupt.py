"""interrupt.py COMMAND...: sends SIGINT half a second after the command has printed "ready", prints what it prints,
and how many seconds it took from there."""
import signal
import subprocess
import sys
import time

process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(process.stdout.readline(), end="")
time.sleep(0.5)
interrupted = time.monotonic()
process.send_signal(signal.SIGINT)
try:
    print(process.communicate(timeout=20)[0], end="")
except subprocess.TimeoutExpired:
    process.kill()
    print("hung")
print("seconds", time.monotonic() - interrupted)
