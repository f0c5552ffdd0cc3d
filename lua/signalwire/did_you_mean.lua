-- " (did you mean 'refer'?)": the hint for a name that nothing has.

---@param name any
---@param known table a list of names, or a table whose keys they are
---@return string hint empty where no name is near
return function(name, known)
  local names = {}
  for key, value in pairs(known) do
    names[#names + 1] = type(key) == "string" and key or value
  end
  table.sort(names)
  local nearest = type(name) == "string" and require("signalwire.check.nearest")(name, names)
  return nearest and (" (did you mean '%s'?)"):format(nearest) or ""
end
