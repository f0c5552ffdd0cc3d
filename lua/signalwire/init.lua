-- The face of the library. What it names is loaded when first used.

local signalwire = {}

signalwire.version = require("signalwire.version")

--- A client, from options and the environment.
---@param options? signalwire.ClientOptions
---@return signalwire.Client?
---@return signalwire.Error?
function signalwire.client(options) return require("signalwire.client").new(options) end

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

--- Waits.
---@param seconds number
function signalwire.sleep(seconds) require("signalwire.host.curl").sleep(seconds) end

--- Marks a table as an array, so that an empty one is sent as `[]`.
---@generic T
---@param t? T[]
---@return T[]
function signalwire.array(t) return require("signalwire.json").array(t) end

--- JSON's null; the same value as `cjson.null`.
signalwire.null = require("signalwire.json").null

return signalwire
