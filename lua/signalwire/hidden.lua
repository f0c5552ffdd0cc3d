-- What an object is made of, out of sight of `pairs`: in a metatable of its own.
--
-- A weak table by object would do, but for Lua 5.1 and LuaJIT: there it keeps each object that its own parts refer to,
-- and the handlers that people give an object mostly do.

local hidden = {}

local metatable_of = debug.getmetatable

--- An object of that class, whose `__name` stands for it.
---@param class table of metamethods
---@param fields table what `pairs` shows
---@param parts table
---@return table fields
function hidden.object(class, fields, parts)
  local own = { __metatable = false, [class.__name] = parts }
  for name, method in next, class do
    own[name] = method
  end
  return setmetatable(fields, own)
end

--- What `hidden.object` was given; nil for anything that is not of that class.
---@param object any
---@param name string
function hidden.parts(object, name)
  local own = metatable_of(object)
  return own and own[name]
end

return hidden
