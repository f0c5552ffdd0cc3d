-- What one call's options make of the client's settings.

local errors = require("signalwire.error")
local options = require("signalwire.options")

---@param settings table the client's
---@param given table?
---@return table? settings
---@return signalwire.Error?
return function(settings, given)
  if given == nil then return settings end
  if type(given) ~= "table" then return nil, errors.invalid("options must be a table, got " .. type(given)) end
  local err = options.check(given)
  if err then return nil, err end
  for name in pairs(given) do
    if not options.known[name].scope then
      return nil, errors.invalid(("option '%s' is the client's, not one call's"):format(name))
    end
  end
  -- What was made with the client's own settings does not serve this call.
  return setmetatable({ routes = {} }, {
    __index = function(_, name)
      if given[name] ~= nil then return given[name] end
      return settings[name]
    end,
  })
end
