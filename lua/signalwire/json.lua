-- JSON both ways, by C.

local base = require("signalwire.base")

local json = {}

--- JSON's null: in arrays that were received, and in tables to be sent. The same value as `cjson.null` and `ngx.null`.
json.null = base.null

local array_mt = base.array_type

local encode, writer, is_array = base.encoder(array_mt)

--- Marks a table as an array, so that it is sent as `[]` even if it is empty.
---@generic T
---@param t? T[]
---@return T[]
function json.array(t) return setmetatable(t or {}, array_mt) end

--- Is it marked as an array, or lua-cjson's mark of an empty one? What a lua-cjson that the program uses marks as an
--- array is one here too.
---@type fun(value: any): boolean
json.is_array = is_array

--- `name` is what faults call the value; `shape` says which empty tables are arrays (signalwire.shape). With the text
--- comes true where a table below was empty that no shape was given for; without it, what can't be carried, and where
--- it stands.
---@type fun(value: any, name?: string, shape?: table): string?, string|boolean|nil
json.encode = encode

--- `writer(command, needs_id, no_string, needed...)` makes a function `write(id, params, shape)`. It gives the body of
--- that command, or what `encode` gives in its place; or nothing where the call is not whole: no id though one is
--- needed, params that are no table, a needed one missing, or a string where `no_string` names one that can't be.
---@type fun(command: string, needs_id: boolean?, no_string: string?, ...: string): function?, string?
json.writer = writer

--- An empty array comes marked, so that it can go out again as it came. With a value that is no table comes false.
---@type fun(text: string): any, string|boolean|nil
json.decode = base.decode

return json
