-- A router's door in nginx, and how nginx hands over a request.

local nginx = {}

--- The request's body, wherever nginx keeps it.
---@return string
function nginx.body()
  ngx.req.read_body()
  local text = ngx.req.get_body_data()
  if text then return text end
  local name = ngx.req.get_body_file()
  local file = name and io.open(name, "rb")
  if not file then return "" end
  text = file:read("*a")
  file:close()
  return text
end

--- The whole url, as the client named it.
local function url()
  return ("%s://%s%s"):format(ngx.var.scheme, ngx.var.http_host or ngx.var.host, ngx.var.request_uri)
end

--- Takes the running request to a router, and answers it.
function nginx.content(router)
  local answer = router:handle({
    method = ngx.req.get_method(),
    url = url(),
    headers = ngx.req.get_headers(0),
    body = nginx.body(),
  })
  ngx.status = answer.status
  for name, value in pairs(answer.headers) do
    ngx.header[name] = value
  end
  ngx.header["content-length"] = #answer.body
  ngx.print(answer.body)
  return ngx.exit(ngx.OK)
end

return nginx
