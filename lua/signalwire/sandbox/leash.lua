-- Ties nginx to the program that started it: standard output is a pipe to it, and when nobody reads that any more,
-- nginx ends. Runs inside nginx, whose LuaJIT has the FFI.

local leash = {}

local OUTPUT, LOG = 1, 3 -- file descriptors
local POLLOUT, POLLERR = 4, 8
local SIGHUP, SIGTERM = 1, 15

local ffi

local function load()
  ffi = require("ffi")
  ffi.cdef [[
    struct signalwire_pollfd { int fd; short events; short revents; };
    int poll(struct signalwire_pollfd *fds, unsigned long count, int timeout);
    long write(int fd, const void *bytes, size_t size);
    int kill(int pid, int signal);
    void (*signal(int number, void (*handler)(int)))(int);
  ]]
end

local function put(fd, text) return ffi.C.write(fd, text, #text) end

--- Writes a line of the log. One that can't be written is lost.
function leash.log(line) put(LOG, line .. "\n") end

--- Takes the leash up, before anything else of this module is used.
function leash.take_up()
  load()
  -- A terminal that closes sends SIGHUP, which nginx takes for "read your configuration again".
  ffi.C.signal(SIGHUP, ffi.cast("void (*)(int)", 1))
end

--- Tells the program at the other end that the sandbox answers now.
function leash.ready() put(OUTPUT, "ready\n") end

--- Ends nginx.
function leash.let_go() ffi.C.kill(ngx.worker.pid(), SIGTERM) end

--- Ends nginx if nobody holds the other end; else pulls at it, so that who reads there wakes and sees a Ctrl-C.
function leash.check()
  local fds = ffi.new("struct signalwire_pollfd[1]")
  fds[0].fd, fds[0].events = OUTPUT, POLLOUT
  ffi.C.poll(fds, 1, 0)
  local seen = tonumber(fds[0].revents)
  if seen % (2 * POLLERR) >= POLLERR then
    leash.let_go()
  elseif seen % (2 * POLLOUT) >= POLLOUT then
    put(OUTPUT, "\n")
  end
end

return leash
