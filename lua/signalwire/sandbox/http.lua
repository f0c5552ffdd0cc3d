-- From the text of a request to the text of an answer: credentials, JSON, the catalog's schema, then the command.

local check = require("signalwire.check")
local commands = require("signalwire.sandbox.commands")
local forms = require("signalwire.sandbox.forms")
local leg = require("signalwire.sandbox.leg")
local refusal = require("signalwire.sandbox.refusal")

local http = {}

--- Commands that a call takes before it is answered.
local early = { update = true, ["calling.end"] = true }

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(text)
  return (
    text:gsub("..?.?", function(chunk)
      local a, b, c = chunk:byte(1, 3)
      local number = a * 65536 + (b or 0) * 256 + (c or 0)
      local signs = {}
      for i = 4, 1, -1 do
        local sign = number % 64
        number = (number - sign) / 64
        signs[i] = i > #chunk + 1 and "=" or alphabet:sub(sign + 1, sign + 1)
      end
      return table.concat(signs)
    end)
  )
end

--- The Authorization header that these credentials make.
function http.basic(project, token) return "Basic " .. base64(project .. ":" .. token) end

--- cjson reads {} and [] alike, and the service does not: looks for `"params": []` in the text, strings left out.
local function params_are_an_array(body)
  local plain = body:gsub("\\.", "")
  local last_key
  for key, text in plain:gmatch('"([^"]*)"([^"]*)') do
    last_key = key
    if last_key == "params" and text:find("^%s*:%s*%[") then return true end
  end
  return false
end

local function is_object(value) return type(value) == "table" and value[1] == nil end

--- The decoded body, or nil and a refusal.
local function read(box, request)
  if box.basic and request.headers and request.headers.authorization ~= box.basic then
    return nil, refusal.status(401, "the credentials are missing or wrong")
  end
  if request.method ~= "POST" or request.path ~= "/api/calling/calls" then
    return nil, refusal.status(404, "the API has nothing at this path")
  end
  local body, message = box.json.decode(request.body or "")
  if body == nil then return nil, refusal.status(400, "the body is not JSON: " .. tostring(message)) end
  if not is_object(body) then return nil, refusal.status(400, "the body is not a JSON object") end
  return body
end

--- The catalog's row of a command, or nil and a refusal.
local function row_of(box, command)
  if type(command) ~= "string" then
    return nil, refusal.unprocessable("missing_required_parameter", "command is required", "command")
  end
  local row = box.rows[command]
  if row then return row end
  return nil, refusal.unprocessable("invalid_parameter", ("there is no command '%s'"):format(command), "command")
end

--- The params, or nil and a refusal.
local function params_of(body, text)
  local params = body.params
  if params == nil then
    return nil, refusal.unprocessable("missing_required_parameter", "params is required", "params")
  end
  if not is_object(params) or (next(params) == nil and params_are_an_array(text)) then
    return nil, refusal.unprocessable("must_be_object", "params must be an object", "params")
  end
  return params
end

--- The id of the call that a command is for.
local function id_of(row, body, params)
  if row.id == "top" then return body.id end
  if row.id == "params" then return params.id or params.call_id end
  return nil
end

--- The call that a command is for, or nil and a refusal.
local function call_of(box, row, id)
  if row.id == "none" then return nil end
  if type(id) ~= "string" or id == "" then
    return nil, refusal.unprocessable("missing_required_parameter", "id is required", "id")
  end
  local call = box.calls[id]
  if not call then return nil, refusal.status(404, "no such call") end
  if early[row.command] and (call.state ~= "ended" or row.command == "update") then return call end
  if call.state == "ended" then return nil, refusal.state("the call has ended", "id") end
  if call.state == "answered" then return call end
  return nil, refusal.state(("the call is %s, not answered yet"):format(call.state), "id")
end

local function texts(faults)
  local list = {}
  for i, fault in ipairs(faults) do
    list[i] = tostring(fault)
  end
  return list
end

--- Faults outside params: what the schema of the whole body has nothing for.
local function beside_params(row, body)
  local list = {}
  for name in pairs(body) do
    local known = name == "command" or name == "params" or (name == "id" and row.id == "top")
    if not known then list[#list + 1] = tostring(name) .. " is not known beside params" end
  end
  table.sort(list)
  return list
end

--- The params as the schema has them, or nil and a refusal; and in what the request differs from the schema.
local function judge(box, row, body, params)
  local faults = check.faults(row, params)
  local beside = beside_params(row, body)
  local plain = forms.copy(params, box.json.null)
  if not faults[1] and not beside[1] then return plain, nil, {} end
  local differs = texts(faults)
  for _, text in ipairs(beside) do
    differs[#differs + 1] = text
  end
  if box.strict then
    local no = refusal.faults(faults)
    for _, text in ipairs(beside) do
      table.insert(no.body.errors, refusal.item("invalid_parameter", text))
    end
    no.why = table.concat(differs, "; ")
    return nil, no
  end
  if row.command == "dial" and plain.swml == nil then plain.swml = body.swml end
  forms.modernise(row.command, plain, box.json)
  local left = check.faults(row, plain)
  if left[1] then return nil, refusal.faults(left) end
  return plain, nil, differs
end

--- The prose's rule for urls that the sandbox would send to.
local function wrong_url(params)
  local url = params.status_url
  if url == nil or (url:lower():find("^https?://[^/]") and not url:find("[%s%c]")) then return nil end
  return refusal.unprocessable("not_an_http_url", "params.status_url is not an http or https url", "status_url")
end

--- Carries out a request. Fills `entry`, the record of it, on the way. Returns a leg, or nil and a refusal.
local function carry_out(box, request, entry)
  local body, no = read(box, request)
  if not body then return nil, no end
  entry.command, entry.id, entry.params = body.command, body.id, body.params
  local row
  row, no = row_of(box, body.command)
  if not row then return nil, no end
  local params, call
  params, no = params_of(body, request.body)
  if not params then return nil, no end
  entry.id = id_of(row, body, params)
  call, no = call_of(box, row, entry.id)
  if no then return nil, no end
  local differs
  params, no, differs = judge(box, row, body, params)
  no = no or wrong_url(params)
  if no then return nil, no end
  entry.differs = differs
  for _, advice in ipairs(check.advice(row, params)) do
    differs[#differs + 1] = tostring(advice)
  end
  local what, refused, new_call = commands[row.command](box.machine, call, params)
  if not what then return nil, refused end
  call = call or new_call
  entry.id, entry.what = call.id, what
  return leg.of(box.machine, call)
end

--- Answers a request, and makes the record of it.
---@return table answer @`status`, `headers`, `body`
---@return table entry @for box.requests
function http.answer(box, request)
  local entry = { at = box.machine.clock }
  local body, no = carry_out(box, request, entry)
  entry.status = body and 200 or no.status
  entry.what = entry.what or no.why
  if no or (entry.differs and not entry.differs[1]) then entry.differs = nil end
  return http.reply(box, entry.status, body or no.body), entry
end

--- An answer with a JSON body.
function http.reply(box, status, body, headers)
  local all = { ["content-type"] = "application/json; charset=utf-8", ["x-request-id"] = box.uuid() }
  for name, value in pairs(headers or {}) do
    all[name:lower()] = value
  end
  return { status = status, headers = all, body = type(body) == "string" and body or box.json.encode(body) }
end

return http
