-- What is wrong with how a command was called, in words.

local errors = require("signalwire.error")

local misuse = {}

local function usage(row) return row.method .. (row.id == "top" and "(id, params, options)" or "(params, options)") end

--- Of an id that is none.
---@return string
function misuse.id(row, id)
  local got = id == "" and "an empty string" or id == nil and "nothing" or "a " .. type(id)
  return ("id must be the call's id, got %s; the form is %s"):format(got, usage(row))
end

--- Of params that are no table.
---@return string
function misuse.params(row, params)
  return ("params must be a table, got a %s; the form is %s"):format(type(params), usage(row))
end

--- Of a name that the catalog does not have.
---@return string
function misuse.name(catalog, name)
  local hint = require("signalwire.did_you_mean")(name, catalog.methods())
  return ("%s has no method '%s'%s"):format(catalog.name, tostring(name), hint)
end

--- What the API's schema would refuse; nil where that is nothing.
---@return signalwire.Error?
function misuse.by_schema(row, params)
  local message, faults = require("signalwire.explain").refusal(row, params)
  return message and errors.invalid(message, { command = row.command, faults = faults })
end

return misuse
