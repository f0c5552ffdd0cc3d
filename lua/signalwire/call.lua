-- One call's handle, and the actions that its commands start.

local did_you_mean = require("signalwire.did_you_mean")
local hidden = require("signalwire.hidden")
local rewrite = require("signalwire.rewrite")

local call = {}

-- With `name` = value added; what is no table is left for the method to refuse.
local function with(params, name, value)
  if params ~= nil and type(params) ~= "table" then return params end
  local copy = rewrite.copy(params or {})
  if copy[name] == nil then copy[name] = value end
  return copy
end

local CALL, ACTION = "signalwire.call", "signalwire.action"

-- The namespace that it sends through.
local function calling_for(self, name, method)
  local calling = hidden.parts(self, name)
  if not calling then error(("use a colon: %s:%s(...)"):format(name:match("%w+$"), method), 3) end
  return calling
end

-- `make(name)` gives the method of that name, nil where there is none; `names()` gives all names.
local function class(class_name, noun, make, names)
  local methods = {}
  return {
    __name = class_name,
    __index = function(_, name)
      if type(name) ~= "string" then return nil end
      methods[name] = methods[name] or make(name)
      if methods[name] then return methods[name] end
      error(("a %s has no '%s'%s"):format(noun, name, did_you_mean(name, names())), 2)
    end,
  }
end

-- Actions --------------------------------------------------------------------------------------------------

-- The methods below one that starts something, by their last word: stop is play_stop, pause is play_pause, ...
local function verbs_of(catalog, method)
  local verbs = {}
  for _, other in ipairs(catalog.methods()) do
    local verb = other:sub(1, #method + 1) == method .. "_" and other:sub(#method + 2)
    if verb then verbs[verb] = other end
  end
  return verbs
end

local function action_class(catalog, starter)
  local verbs = verbs_of(catalog, starter)
  local function make(verb)
    local method = verbs[verb]
    return method
      and function(self, params, options)
        local calling = calling_for(self, ACTION, verb)
        return calling[method](calling, self.call_id, with(params, "control_id", self.control_id), options)
      end
  end
  return class(ACTION, starter .. " action", make, function() return verbs end)
end

-- Was the command perhaps carried out, although no answer says so?
local function is_unknown(err)
  if err.retryable or err.kind == "invalid" or err.kind == "closed" then return false end
  return err.kind ~= "http" or err.status >= 500
end

local function starter(catalog, row)
  local Action = action_class(catalog, row.method)
  return function(self, params, options)
    local calling = calling_for(self, CALL, row.method)
    params = with(params, "control_id", require("signalwire.base").uuid())
    local body, response = calling[row.method](calling, self.id, params, options)
    if not body and not is_unknown(response) then return nil, response end
    local fields = { call_id = self.id, control_id = params.control_id, body = body }
    local action = hidden.object(Action, fields, calling)
    if body then return action, response end
    response.action = action
    return nil, response
  end
end

-- Calls ----------------------------------------------------------------------------------------------------

local function takes_control_id(row)
  for _, field in ipairs(row.params.fields) do
    if field.name == "control_id" then return true end
  end
  return false
end

local function command(row)
  return function(self, params, options)
    local calling = calling_for(self, CALL, row.method)
    if row.id == "params" then return calling[row.method](calling, with(params, "id", self.id), options) end
    return calling[row.method](calling, self.id, params, options)
  end
end

local function starts_action(catalog, row)
  return takes_control_id(row) and next(verbs_of(catalog, row.method)) ~= nil
end

local function call_class(catalog)
  local function make(name)
    local row = catalog.row_of_method(name == "hangup" and "end_" or name)
    if not row or row.id == "none" then return nil end
    return starts_action(catalog, row) and starter(catalog, row) or command(row)
  end
  return class(CALL, "call", make, catalog.methods)
end

local Call

---@param calling table the namespace to send through
---@param id string
---@return signalwire.Call
function call.new(calling, id)
  Call = Call or call_class(require("signalwire.catalog.calling"))
  return hidden.object(Call, { id = id }, calling)
end

return call
