-- Options and the environment become a client; its namespaces are loaded when first used.

local hidden = require("signalwire.hidden")
local options = require("signalwire.options")

local client = {}

local namespaces = { calling = "signalwire.catalog.calling" }

local NAME = "signalwire.client"

local function settings_for(self, method)
  local settings = hidden.parts(self, NAME)
  if not settings then error(("use a colon: client:%s(...)"):format(method), 3) end
  return settings
end

local methods = {}

--- Opens a connection ahead of the first command, and checks it: name, network, certificate.
---@return true?
---@return signalwire.Error?
function methods:connect() return require("signalwire.connect")(settings_for(self, "connect")) end

--- Ends the client's use: later calls give an error of kind `closed`. Connections are the process's, shared, and stay.
function methods:close() settings_for(self, "close").closed = true end

--- One call's handle: its commands without the id.
---@param id string
---@return signalwire.Call
function methods:call(id)
  settings_for(self, "call")
  return require("signalwire.call").new(self.calling, id)
end

local Client = { __name = NAME }

local function load_namespace(self, name)
  local catalog = require(namespaces[name])
  local namespace = require("signalwire.resource").new(catalog, settings_for(self))
  rawset(self, name, namespace)
  return namespace
end

local names = { "call", "calling", "close", "connect" }

function Client:__index(name)
  if methods[name] then return methods[name] end
  if namespaces[name] then return load_namespace(self, name) end
  if type(name) ~= "string" then return nil end
  error(("a client has no '%s'%s"):format(name, require("signalwire.did_you_mean")(name, names)), 2)
end

function Client:__tostring() return ("signalwire.client (%s)"):format(settings_for(self).base_url) end

local function open_transport(settings)
  if settings.sandbox then
    local box = settings.sandbox
    return box == true and require("signalwire.sandbox").new() or box
  end
  return require("signalwire.host").open(settings)
end

local function user_agent(settings)
  local host = settings.sandbox and "sandbox" or require("signalwire.host").agent
  return ("signalwire-lua/%s (%s)"):format(require("signalwire.version"), host)
end

--- A client, from options and the environment.
---@param given? signalwire.ClientOptions
---@return signalwire.Client?
---@return signalwire.Error?
function client.new(given)
  if given ~= nil and type(given) ~= "table" then error("signalwire.client takes a table of options", 3) end
  local settings, err = options.read(given or {})
  if not settings then return nil, err end
  settings.user_agent = user_agent(settings)
  settings.transport = open_transport(settings)
  if os.getenv("SIGNALWIRE_LOG_LEVEL") == "debug" then
    settings.transport = require("signalwire.debug").over(settings, settings.transport)
  end
  settings.hook_failed, settings.routes, settings.closed = {}, {}, false
  local project, token = settings.project, settings.token
  settings.secrets = function() return require("signalwire.secrets").of_account(project, token) end
  settings.project, settings.token, settings.proxy = nil, nil, nil
  return hidden.object(Client, {}, settings)
end

return client
