-- The ways in which a server that was reached can fail a command, and what each must come back as.
-- A row: name, step (what rawserver.py does with the request), kind, and where it differs from the usual:
-- retryable (else false), status, any_status, options (of the client), says (a plain text in the message),
-- plain (shown without TLS too).
local rawserver = require("spec.support.rawserver")
local secrets = require("spec.support.wire")

local answer, json = rawserver.answer, rawserver.json

local patience = 0.6
local hasty = { timeout = patience }
local small = { max_response = 65536 }

local html = { ["Content-Type"] = "text/html" }
local errors_429 = '{"errors":[{"type":"x","code":"rate_limit_exceeded","message":"slow down"}]}'
local errors_422 = '{"errors":[{"type":"validation_error","code":"missing_required_parameter",'
  .. '"message":"device is missing","attribute":"device","url":"https://developer.signalwire.com/x"}]}'
local errors_relay = '{"errors":[{"detail":"number is taken","status":"422","title":"Taken","code":"taken"}]}'

local ok_head = "HTTP/1.1 200 OK\r\n"
local chunked_head = ok_head .. "Transfer-Encoding: chunked\r\n\r\n"
local ninety_nine = ok_head .. "Content-Length: 99\r\n\r\n{"

local cut_json = '{"id":"a-leg","from":"+1555'

local broken = {
  {
    name = "stalls before its answer",
    step = { after = "stall" },
    kind = "timeout",
    options = hasty,
    plain = true,
  },
  {
    name = "stalls inside the headers",
    step = { send = ok_head .. "Content-Ty", after = "stall" },
    kind = "timeout",
    options = hasty,
  },
  {
    name = "stalls inside the body",
    step = { send = ninety_nine, after = "stall" },
    kind = "timeout",
    options = hasty,
  },
  {
    name = "drips its answer",
    kind = "timeout",
    options = hasty,
    step = { send = ok_head .. "Content-Length: 9999\r\n\r\n{", fill = " ", pace = 0.1 },
  },
  {
    name = "says 103 for ever",
    kind = "timeout",
    options = hasty,
    step = { send = "", fill = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", pace = 0.1 },
  },
  { name = "closes before it answers", step = { after = "close" }, kind = "network", plain = true },
  { name = "closes before it answers, without a TLS goodbye", step = { after = "fin" }, kind = "network" },
  { name = "resets the connection", step = { after = "reset" }, kind = "network", plain = true },
  { name = "resets inside the body", kind = "network", step = { send = ninety_nine, after = "reset" } },
  {
    name = "closes inside the headers",
    step = { send = ok_head .. "Content-", after = "close" },
    kind = "network",
  },
  { name = "closes after the first line", step = { send = ok_head, after = "close" }, kind = "network" },
  {
    name = "closes before the empty line",
    kind = "network",
    step = { send = ok_head .. "Content-Length: 0\r\n", after = "fin" },
  },
  {
    name = "cuts a body of a known length",
    kind = "network",
    plain = true,
    step = { send = ok_head .. "Content-Length: 1000\r\n\r\n" .. cut_json, after = "close" },
  },
  {
    name = "cuts a chunked body",
    kind = "network",
    step = { send = chunked_head .. "1b\r\n" .. cut_json .. "\r\n", after = "close" },
  },
  {
    name = "cuts a body of unknown length",
    kind = { "network", "decode" },
    any_status = true,
    step = { send = ok_head .. "Connection: close\r\n\r\n" .. cut_json, after = "fin" },
  },
  {
    name = "sends a chunk of no length",
    kind = { "network", "decode" },
    any_status = true,
    step = { send = chunked_head .. "zz\r\n{}\r\n", after = "close" },
  },
}

local not_http = {
  {
    name = "sends garbage",
    step = { send = "SSH-2.0-OpenSSH_9.2p1\r\n\1\2\3\255\254", after = "close" },
    kind = "decode",
  },
  {
    name = "sends garbage and stays",
    step = { send = ("garbage \0\255"):rep(50) .. "\r\n" },
    kind = "decode",
    options = { timeout = 5 },
  },
  {
    name = "speaks HTTP/9.9",
    step = { send = "HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n{}", after = "close" },
    kind = "decode",
  },
  {
    name = "sends 200 with no JSON",
    step = { send = answer("200 OK", {}, "hello") },
    kind = "decode",
    status = 200,
  },
  {
    name = "sends 200 with a page",
    kind = "decode",
    status = 200,
    step = { send = answer("200 OK", html, "<html><body>Welcome</body></html>") },
  },
  {
    name = "sends half a JSON text, whole by its length",
    step = { send = json("200 OK", cut_json) },
    kind = "decode",
    status = 200,
  },
  {
    name = "sends JSON nested 100,000 deep",
    step = { send = json("200 OK", ("["):rep(1e5) .. ("]"):rep(1e5)) },
    kind = "decode",
    status = 200,
  },
  {
    name = "sends objects nested 100,000 deep",
    kind = "decode",
    status = 200,
    step = { send = json("200 OK", ('{"a":'):rep(1e5) .. "1" .. ("}"):rep(1e5)) },
  },
  { name = "sends NaN", step = { send = json("200 OK", '{"charge":NaN}') }, kind = "decode", status = 200 },
}

local endless = {
  {
    name = "sends an endless chunked body",
    kind = "too_large",
    options = small,
    step = { send = chunked_head, fill = "400\r\n" .. ("x"):rep(1024) .. "\r\n" },
  },
  {
    name = "sends an endless body",
    step = { send = ok_head .. "\r\n", fill = ("x"):rep(1024) },
    kind = "too_large",
    options = small,
  },
  {
    name = "announces 10 GB",
    kind = "too_large",
    options = small,
    step = { send = ok_head .. "Content-Length: 10000000000\r\n\r\n", fill = ("x"):rep(1024) },
  },
  {
    name = "sends an endless body with 500",
    kind = { "too_large", "http" },
    options = small,
    step = { send = "HTTP/1.1 500 Oh\r\n\r\n", fill = ("x"):rep(1024) },
  },
  {
    name = "sends headers for ever",
    kind = "too_large",
    step = { send = ok_head, fill = ("X-Filler: %s\r\n"):format(("y"):rep(500)) },
  },
  {
    name = "sends short headers for ever",
    kind = "too_large",
    step = { send = ok_head, fill = ("a: b\r\n"):rep(99) },
  },
  {
    name = "sends one header line for ever",
    kind = "too_large",
    step = { send = ok_head .. "X-Filler: ", fill = ("y"):rep(1024) },
  },
  {
    name = "sends 4 MB of headers",
    kind = "too_large",
    step = { send = json("200 OK", "{}", { ["X-Huge"] = ("z"):rep(4 * 1024 * 1024) }) },
  },
}

local refused = {
  {
    name = "sends HTML with 502",
    kind = "http",
    status = 502,
    step = { send = answer("502 Bad Gateway", html, "<html>\n<h1>502\nBad Gateway</h1>\n</html>") },
  },
  {
    name = "says 401",
    step = { send = json("401 Unauthorized", '{"error":"Unauthorized"}') },
    kind = "http",
    status = 401,
    says = "Unauthorized",
  },
  {
    name = "says 404",
    step = { send = json("404 Not Found", '{"error":"Not Found"}') },
    kind = "http",
    status = 404,
    says = "Not Found",
  },
  { name = "says 404 with nothing", step = { send = answer("404 Not Found") }, kind = "http", status = 404 },
  {
    name = "says 422",
    step = { send = json("422 Unprocessable", errors_422) },
    kind = "http",
    status = 422,
    code = "missing_required_parameter",
    attribute = "device",
    says = "device is missing",
  },
  {
    name = "says 422 as the relay API does",
    step = { send = json("422 Unprocessable", errors_relay) },
    kind = "http",
    status = 422,
    code = "taken",
    says = "number is taken",
  },
  {
    name = "says 422 with errors of other shapes",
    kind = "http",
    status = 422,
    step = { send = json("422 Unprocessable", '{"errors":["one",2,null,{"message":7},[]]}') },
  },
  {
    name = "says 422 with errors that are no list",
    kind = "http",
    status = 422,
    step = { send = json("422 Unprocessable", '{"errors":{"base":["wrong"]},"statusCode":422}') },
  },
  {
    name = "says 409 with a number",
    step = { send = json("409 Conflict", "17") },
    kind = "http",
    status = 409,
  },
  {
    name = "says 500 with broken JSON",
    step = { send = json("500 Oh", '{"error":') },
    kind = "http",
    status = 500,
  },
  {
    name = "says 500 with JSON nested deep",
    step = { send = json("500 Oh", ("["):rep(1e5)) },
    kind = "http",
    status = 500,
  },
  { name = "says 304", step = { send = "HTTP/1.1 304 Not Modified\r\n\r\n" }, kind = "http", status = 304 },
  {
    name = "says 599 and a reason of several words",
    kind = "http",
    status = 599,
    step = { send = answer("599 \27[31mred\7", {}, "") },
  },
}

-- Some servers and proxies show the request in what they say about it.
local echo = ("%s wire-project:%s Basic %s"):format(secrets.token, secrets.token, secrets.basic)
local echoing = {
  {
    name = "tells the token in a JSON error",
    kind = "http",
    status = 422,
    step = { send = json("422 No", ('{"errors":[{"code":"%s"}]}'):format(echo)) },
  },
  {
    name = "tells the token in a page",
    kind = "http",
    status = 502,
    step = { send = answer("502 Bad", html, echo) },
  },
  {
    name = "tells the token in 200",
    kind = "decode",
    status = 200,
    step = { send = answer("200 OK", html, echo) },
  },
  {
    name = "tells the token in headers",
    kind = "http",
    status = 500,
    step = { send = answer("500 Oh", { Authorization = echo, ["X-Request-Id"] = echo }) },
  },
  {
    name = "tells the token in garbage",
    kind = "decode",
    step = { send = echo .. "\r\n\r\n", after = "close" },
  },
  {
    name = "tells the token in a redirect",
    kind = "http",
    status = 302,
    step = { send = answer("302 Found", { Location = "https://u:" .. secrets.token .. "@localhost/" }) },
  },
}

local busy = {
  {
    name = "says 503 without Retry-After",
    step = { send = json("503 Busy", '{"error":"Busy"}') },
    kind = "http",
    status = 503,
  },
  {
    name = "says 503 with Retry-After",
    step = { send = answer("503 Busy", { ["Retry-After"] = "1" }) },
    kind = "http",
    status = 503,
    retryable = true,
  },
  {
    name = "says 429 without Retry-After",
    step = { send = answer("429 Too Many") },
    kind = "http",
    status = 429,
    retryable = true,
  },
  {
    name = "says 429 with a JSON error",
    kind = "http",
    status = 429,
    retryable = true,
    code = "rate_limit_exceeded",
    step = { send = json("429 Too Many", errors_429) },
  },
}

local odd_waits = { "1", "Sun, 06 Nov 1994 08:49:37 GMT", "soon", "-5", "1e400", "99999999999999999999", "" }
for _, value in ipairs(odd_waits) do
  busy[#busy + 1] = {
    name = ("says 429 with Retry-After '%s'"):format(value),
    step = { send = answer("429 Too Many", { ["Retry-After"] = value }) },
    kind = "http",
    status = 429,
    retryable = true,
  }
end

return {
  broken = broken,
  not_http = not_http,
  endless = endless,
  refused = refused,
  echoing = echoing,
  busy = busy,
}
