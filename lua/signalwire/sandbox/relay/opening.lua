-- What a client says about its session: who it is, which contexts it wants, and that it is there.

local opening = {}

local AUTHENTICATION_FAILED, INVALID_PARAMS = -32002, -32602

local function invalid(message) return nil, { code = INVALID_PARAMS, message = message } end

local function refused(message)
  local data = { signalwire_error_code = "AUTH_REQUIRED" }
  return nil, { code = AUTHENTICATION_FAILED, message = message, data = data }
end

--- A JSON Web Token is three parts in base64url; the sandbox looks no further.
local function is_jwt(text) return type(text) == "string" and text:find("^[%w_-]+%.[%w_-]+%.[%w_-]*$") ~= nil end

local function is_known(hub, who)
  if type(who) ~= "table" then return false end
  if who.jwt_token ~= nil then return is_jwt(who.jwt_token) end
  if type(who.project) ~= "string" or type(who.token) ~= "string" then return false end
  local box = hub.box
  return not box.token or (who.project == box.project and who.token == box.token)
end

local function is_list_of_texts(list)
  if type(list) ~= "table" then return false end
  for key, value in pairs(list) do
    if type(key) ~= "number" or type(value) ~= "string" then return false end
  end
  return true
end

--- The session to serve: the one that is resumed, or a new one. Nil where the state to resume by is stale.
local function session_of(hub, params)
  if not params.authorization_state then return hub:new_session(), false end
  local session = hub:session_of(params.protocol)
  if not session or not session.states[params.authorization_state] then return nil end
  return session, true
end

opening["signalwire.connect"] = function(connection, params, entry)
  local hub = connection.hub
  if connection.session then return invalid("the connection is authenticated already") end
  if type(params.version) ~= "table" or params.version.major ~= 2 then
    return invalid("params.version.major is not 2")
  end
  if params.contexts ~= nil and not is_list_of_texts(params.contexts) then
    return invalid("params.contexts is not a list of strings")
  end
  if not is_known(hub, params.authentication) then return refused("Authentication failed") end
  local session, restored = session_of(hub, params)
  if not session then return refused("Authentication failed: the authorization state is stale") end
  for _, context in ipairs(params.contexts or {}) do
    session.contexts[context] = true
  end
  connection.session = session
  entry.what = restored and "resumes its session" or "begins a session"
  local result = {
    identity = hub.node_id .. "/" .. session.id,
    protocol = session.protocol,
    sessionid = session.id,
    nodeid = hub.node_id,
    session_restored = restored,
    authorization = { project = hub.machine.project, scopes = { "calling", "messaging" } },
    ice_servers = { { urls = { "stun:stun.sandbox.invalid:3478" } } },
  }
  return result,
    nil,
    function()
      session:attach(connection, params.event_acks == true)
      session:resume()
      hub:connected(connection)
    end
end

opening["signalwire.ping"] = function(_, params) return { timestamp = params.timestamp, payload = params.payload } end

--- Takes both `contexts` and the older `context`.
local function contexts_of(params)
  local list = params.contexts
  if list == nil and type(params.context) == "string" then list = { params.context } end
  if not is_list_of_texts(list) then return nil end
  return list
end

opening["signalwire.receive"] = function(connection, params)
  local list = contexts_of(params)
  if not list then return { code = "400", message = "params.contexts is not a list of strings" } end
  local session = connection.session
  for _, context in ipairs(list) do
    session.contexts[context] = true
  end
  return { code = "200", message = "Receiving events" }, nil, function() connection.hub:offer_waiting() end
end

opening["signalwire.unreceive"] = function(connection, params)
  local list = contexts_of(params)
  if not list then return { code = "400", message = "params.contexts is not a list of strings" } end
  for _, context in ipairs(list) do
    connection.session.contexts[context] = nil
  end
  return { code = "200", message = "Unreceiving events" }
end

opening["signalwire.reauthenticate"] = function(_, params)
  local who = params.authentication
  if type(who) ~= "table" or not is_jwt(who.jwt_token) then return refused("Authentication failed") end
  return { authorization = { scopes = { "calling", "messaging" } } }
end

return opening
