-- The face of the library. What it names is loaded when first used.

local signalwire = {}

signalwire.version = require("signalwire.version")

--- A client, from options and the environment.
---@param options? signalwire.ClientOptions
---@return signalwire.Client?
---@return signalwire.Error?
function signalwire.client(options) return require("signalwire.client").new(options) end

--- A session over which calls come, are controlled, and tell what becomes of them. It opens with `run` or `connect`.
---@param options? signalwire.RelayOptions
---@return signalwire.Relay?
---@return signalwire.Error?
function signalwire.relay(options) return require("signalwire.relay").new(options) end

--- The service in small, within this process: for tests without an account.
---@param options? table
---@return signalwire.Box
function signalwire.sandbox(options) return require("signalwire.sandbox").new(options) end

--- Passes its arguments on, or raises the error as text. (Lua's own `assert` shows an error that is a table only as
--- "(error object is not a string)" in some hosts.)
---@generic T
---@param value T?
---@param err? any
---@return T
function signalwire.assert(value, err, ...)
  if value then return value, err, ... end
  error(err == nil and "assertion failed!" or tostring(err), 2)
end

--- Runs a function as a task, in which requests do not hold each other up, and returns what it returns once all tasks
--- spawned in it have ended.
---@param fn function
function signalwire.run(fn, ...) return require("signalwire.host").tasks().run(fn, ...) end

--- Starts a task beside the running one.
---@param fn function
---@return signalwire.Task
function signalwire.spawn(fn, ...) return require("signalwire.host").tasks().spawn(fn, ...) end

--- Waits; in a task, the others go on.
---@param seconds number
function signalwire.sleep(seconds) require("signalwire.host").sleep(seconds) end

--- Calls `fn(item)` for each item, many at a time, and returns the results in the order of the items.
---@param items any[]|fun(): any
---@param fn fun(item: any): any, any
---@param options? signalwire.MapOptions
---@return signalwire.MapResult[]?
function signalwire.map(items, fn, options) return require("signalwire.map")(items, fn, options) end

--- As Lua's own, but that a task can wait within it on Lua 5.1 too.
function signalwire.pcall(fn, ...) return require("signalwire.host").tasks().pcall(fn, ...) end

--- Where the value was raised that `run` or `map` raised last: the traceback of that task.
---@return string?
function signalwire.traceback() return require("signalwire.host").tasks().traceback() end

-- Modules of their own, loaded when first named.
local modules = { webhook = "signalwire.webhook" }

--- Marks a table as an array, so that an empty one is sent as `[]`.
---@generic T
---@param t? T[]
---@return T[]
function signalwire.array(t) return require("signalwire.json").array(t) end

--- JSON's null; the same value as `cjson.null`.
signalwire.null = require("signalwire.json").null

return setmetatable(signalwire, {
  __index = function(self, name)
    local module = modules[name] and require(modules[name])
    if module then rawset(self, name, module) end
    return module
  end,
})
