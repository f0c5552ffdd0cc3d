-- The service's own id of a request, which its support asks for.

---@param headers table<string, string>
---@return string?
return function(headers)
  return headers["x-request-id"]
    or headers["x-signalwire-request-id"]
    or headers["request-id"]
    or headers["x-amzn-requestid"]
end
