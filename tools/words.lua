-- How the reference pages write code and lists.

local words = {}

function words.code(text) return "`" .. tostring(text) .. "`" end

--- Each item as code, strings in quotes.
function words.codes(list)
  local coded = {}
  for i, item in ipairs(list) do
    coded[i] = words.code(type(item) == "string" and '"' .. item .. '"' or item)
  end
  return coded
end

--- Names as code, without quotes: "`url` and `swml`".
function words.names(list, last)
  local coded = {}
  for i, name in ipairs(list) do
    coded[i] = words.code(name)
  end
  return words.join(coded, last)
end

--- "a, b or c", where `last` is "or".
function words.join(list, last)
  if #list == 1 then return list[1] end
  return table.concat(list, ", ", 1, #list - 1) .. " " .. last .. " " .. list[#list]
end

return words
