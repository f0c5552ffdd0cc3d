-- A light thread that does jobs for the one that made it, which may kill it in the midst of one.
--
-- A task keeps its helper: what a light thread took of a request's memory nginx gives back only when that ends, so a
-- task with thousands of commands must not make thousands of them.

local bells = require("signalwire.host.nginx.bell")

local helper = {}

local Helper = {}
Helper.__index = Helper

local function serve(self)
  while self.job or not self.is_dismissed do
    local job = self.job
    self.job = nil
    if job then
      self.perform(job)
    else
      self.bell:wait()
    end
  end
end

--- `perform(job)` must not raise.
function helper.new(perform) return setmetatable({ perform = perform, bell = bells.new() }, Helper) end

function Helper:give(job)
  self.job = job
  if not self.thread then
    self.thread = ngx.thread.spawn(serve, self)
  else
    self.bell:ring()
  end
end

--- It ends behind its job.
function Helper:dismiss()
  self.is_dismissed = true
  self.bell:ring()
end

--- Takes note of its end, for which nginx keeps it otherwise; to be called behind its last job.
function Helper:bury() ngx.thread.wait(self.thread) end

function Helper:kill() ngx.thread.kill(self.thread) end

return helper
