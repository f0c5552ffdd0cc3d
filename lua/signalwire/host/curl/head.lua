-- What of an answer's head is read when it is first asked for.

local core = require("signalwire.core")
local request_id = require("signalwire.request").id

local head = {}

local late = {}

function late.headers(answer)
  answer.headers, answer.head = core.headers(answer.head), nil
  return answer.headers
end

function late.request_id(answer)
  answer.request_id = request_id(answer.headers)
  return rawget(answer, "request_id")
end

--- A field that the answer does not have yet.
function head.read(answer, name) return late[name] and late[name](answer) end

--- What `pairs` is to go by.
function head.pairs(answer)
  late.request_id(answer)
  return next, answer
end

return head
