---@meta signalwire

-- Editor types (LuaCATS) of the library. Made by tools/typegen.lua from tools/types.in and the catalog: change those.

---@class signalwire
---@field version string
---@field null userdata JSON's null, the same value as `cjson.null`.
local signalwire = {}

--- Makes a client, from options and the environment.
---@param options? signalwire.ClientOptions
---@return signalwire.Client? client
---@return signalwire.Error? err
function signalwire.client(options) end

--- Makes a RELAY session, from options and the environment. It opens with `run` or `connect`.
---@param options? signalwire.RelayOptions
---@return signalwire.Relay? relay
---@return signalwire.Error? err
function signalwire.relay(options) end

--- Makes a box: the service in small, within this process.
---@param options? signalwire.SandboxOptions
---@return signalwire.Box
function signalwire.sandbox(options) end

--- Passes its arguments on, or raises `tostring(err)` with the caller's position.
---@generic T
---@param value T?
---@param err? any
---@return T
---@return any
function signalwire.assert(value, err, ...) end

--- Marks a table as an array: an empty one is sent as `[]`.
---@generic T
---@param t? T[]
---@return T[]
function signalwire.array(t) end

--- Waits; in a task, the others go on.
---@param seconds number
function signalwire.sleep(seconds) end

--- Runs a function as a task, and returns what it returns once all tasks spawned in it have ended.
---@param fn function
---@return any ...
function signalwire.run(fn, ...) end

--- Starts a task beside the running one.
---@param fn function
---@return signalwire.Task
function signalwire.spawn(fn, ...) end

--- Calls `fn(item)` for each item, many at a time; results in the order of the items.
---@param items any[]|fun(): any
---@param fn fun(item: any): any, any
---@param options? signalwire.MapOptions
---@return signalwire.MapResult[]?
function signalwire.map(items, fn, options) end

--- As Lua's own pcall, but that a task can wait within it on Lua 5.1 too.
---@param fn function
---@return boolean, any ...
function signalwire.pcall(fn, ...) end

--- The traceback of the task whose error `run` or `map` raised last.
---@return string?
function signalwire.traceback() end

---@class signalwire.Task
local Task = {}

--- Waits until the task has ended; returns what it returned, or raises what it raised.
---@param timeout? number Seconds; then nil and an error of kind `timeout`.
---@return any ...
function Task:wait(timeout) end

--- Ends the task: its request in flight gives an error of kind `cancelled`, any other wait raises.
function Task:cancel() end

---@class signalwire.MapOptions
---@field concurrency? integer How many at a time. 100 by default.
---@field rate? number How many a second at most, evenly.
---@field progress? boolean|fun(done: integer, total?: integer, failed: integer) True draws a bar on stderr.
---@field each? fun(item: any, result: signalwire.MapResult) Takes the results, which are not kept then.

---@class signalwire.MapResult
---@field value? any
---@field response? any
---@field err? any

---@class signalwire.CallOptions
---@field timeout? number Seconds for the whole call: queue, DNS, retries and waits included. 30 by default.
---@field connect_timeout? number Seconds for one attempt's connection. 5 by default.
---@field retries? integer Further attempts, only where repeating is safe. 2 by default.
---@field strict? boolean Refuse locally what the API's schema refuses. False by default.
---@field on_request? fun(facts: signalwire.Facts) Called before each attempt; its errors go to the caller.
---@field on_response? fun(facts: signalwire.Facts) Called after each attempt.
---@field on_retry? fun(facts: signalwire.Facts) Called before each wait for another attempt.
---@field beside? table What is to stand in the body beside `command`, `id` and `params`. One call's only.

---@class signalwire.ClientOptions : signalwire.CallOptions
---@field project? string The Basic user. By default SIGNALWIRE_PROJECT_ID.
---@field token? string The Basic password. By default SIGNALWIRE_API_TOKEN.
---@field space? string `example` or `example.signalwire.com`. By default SIGNALWIRE_SPACE.
---@field host? string A host, or host:port. By default made from `space`.
---@field base_url? string Wins over `host`; http only to loopback. By default SIGNALWIRE_REST_BASE_URL.
---@field ca_file? string PEM trust roots in place of the system's. By default SIGNALWIRE_REST_CA_FILE.
---@field proxy? string As libcurl takes it. By default the usual environment.
---@field transport? "thread" One helper thread of the process does all work with libcurl.
---@field http_version? "1.1"|"2"
---@field max_connections? integer For a host; over HTTP/2 streams, 100 at most. 100 by default.
---@field max_response? integer In bytes. 16 MiB by default.
---@field sandbox? boolean|signalwire.Box True, or a box of `signalwire.sandbox()`: nothing goes to the network.

---@class signalwire.Facts
---@field command string
---@field call_id? string
---@field method string
---@field url string
---@field attempts integer
---@field status? integer
---@field request_id? string
---@field elapsed? number Seconds.
---@field delay? number Seconds until the next attempt.
---@field kind? signalwire.ErrorKind
---@field message? string

---@class signalwire.Client
---@field calling signalwire.Calling The commands of the Calling API.
local client = {}

--- One call's handle: its commands without the id.
---@param id string
---@return signalwire.Call
function client:call(id) end

--- Opens a connection ahead of the first command.
---@return true? connected
---@return signalwire.Error? err
function client:connect() end

--- Ends the client's use.
function client:close() end

---@class signalwire.Response
---@field status integer
---@field headers table<string, string> Names in lower case.
---@field request_id? string
---@field attempts integer
---@field elapsed number Seconds.

---@alias signalwire.ErrorKind
---| "invalid" # bad input, nothing sent
---| "connect" # DNS, refused, no route
---| "tls" # certificate or handshake
---| "timeout"
---| "network" # the connection broke
---| "http" # a status that is not 2xx
---| "decode" # an answer that is not JSON, or not HTTP
---| "too_large"
---| "cancelled"
---| "closed"
---| "unavailable" # this host or phase can't
---| "signature" # a webhook that is not signed as it should be
---| "refused" # RELAY: the service says no, with its own code
---| "dial_failed" # RELAY: nobody answered
---| "call_ended" # RELAY: what was waited for can't come any more
---| "gone" # RELAY: the call was gone before the command came
---| "session_lost" # RELAY: the service did not restore the session
---| "internal"
---| string

---@class signalwire.Error
---@field kind signalwire.ErrorKind
---@field message string What went wrong, in words for a person.
---@field retryable boolean True only where a repeat cannot act twice.
---@field status? integer
---@field headers? table<string, string>
---@field body? string The raw text of the answer.
---@field request_id? string
---@field code? string The API's own code.
---@field errors? signalwire.ErrorItem[] The API's list.
---@field hints? string[] What the catalog says of a request that the server refused.
---@field faults? signalwire.Fault[] What the schema refuses, in strict mode and from `check`.
---@field method? string
---@field url? string
---@field command? string
---@field attempts? integer
---@field action? signalwire.Action From a call handle: what may run although no answer says so.
---@operator concat(any): string

---@class signalwire.ErrorItem
---@field code? string
---@field message? string
---@field attribute? string

---@class signalwire.Fault
---@field path? string
---@field message string

--- The answer to a command: the call, as far as the service tells. Other fields may come.
---@class signalwire.CallLeg
---@field id? string
---@field from? string
---@field to? string
---@field direction? "inbound"|"outbound"|"outbound-api"|string
---@field status? "queued"|"initiated"|"created"|"ringing"|"answered"|"ending"|"ended"|"failed"|"canceled"|string
---@field type? "relay_pstn_call"|"relay_sip_call"|"relay_webrtc_call"|"fabric_subscriber_device_leg"|string
---@field source? string
---@field url? string
---@field created_at? string
---@field charge? number
---@field charge_details? { description: string, charge: number }[]
---@field duration? integer Seconds.
---@field duration_ms? integer
---@field billing_ms? integer
---@field parent_id? string
---@field [string] any

---@class signalwire.SandboxOptions
---@field strict? boolean Refuse what the API's schema refuses.
---@field project? string
---@field token? string When given, other credentials get 401.
---@field log? fun(line: string)
---@field on_webhook? fun(webhook: signalwire.SandboxWebhook)
---@field signing_key? string What webhooks are signed with.
---@field keep? integer How many requests and webhooks are kept; all by default.
---@field uuid? fun(): string
---@field now? fun(): number
---@field json? { encode: fun(value: any): string, decode: fun(text: string): any, string? }
---@field sip_call_id? string
---@field phone_call_id? string

---@class signalwire.SandboxWebhook : signalwire.WebhookRequest
---@field event signalwire.Event
---@field at number

---@class signalwire.Box
---@field requests { command: string, id?: string, params: table, status: integer, at: number, via?: "relay" }[]
---@field webhooks signalwire.SandboxWebhook[]
---@field signing_key string What webhooks are signed with.
---@field calls table<string, table>
---@field sip_call_id string A SIP call that is there from the start.
---@field phone_call_id string A phone call that is there from the start.
local box = {}

---@class signalwire.BoxCall
---@field type? "sip"|"phone"|"webrtc"
---@field state? string
---@field from? string
---@field to? string
---@field id? string
---@field context? string With one, the call rings, and is offered to RELAY's clients of that context.

--- Adds a call, as if somebody had called in.
---@param fields? signalwire.BoxCall
---@return string id
function box:add_call(fields) end

--- A text message comes in, for RELAY's clients of its context.
---@param fields { context?: string, body?: string, media?: string[], tags?: string[], from?: string, to?: string }
---@return string id
---@return boolean heard
function box:add_message(fields) end

---@class signalwire.BoxConnection
---@field on_message? fun() Called when there is something new to receive; it should do no more than wake a task.
local box_connection = {}

--- The client says something.
---@param text string
---@return true?
---@return "closed"?
function box_connection:send(text) end

--- The next message; nil where there is none now; at the end nil, "closed", the code and the reason.
---@return string? text
---@return "closed"?
---@return integer? code
---@return string? reason
function box_connection:receive() end

--- The client closes the connection.
---@param code? integer
function box_connection:close(code) end

--- A connection to the box's RELAY service.
---@return signalwire.BoxConnection
function box:relay() end

--- RELAY's connections end.
---@param how? "cut"|"disconnect"|"restart"
function box:drop_relay(how) end

--- Lets time pass.
---@param seconds number
function box:advance(seconds) end

--- Makes the next command fail.
---@param what string|integer|table A kind such as "timeout", a status such as 503, or a table with either.
---@param times? integer
function box:fail_next(what, times) end

--- Presses keys at the far end of a call.
---@param call_id string
---@param keys string
---@return true? heard
---@return string? message
function box:press(call_id, keys) end

--- Says words at the far end of a call.
---@param call_id string
---@param words string
---@return true? heard
---@return string? message
function box:say(call_id, words) end

--- The far end hangs up.
---@param call_id string
---@param reason? string
function box:hang_up(call_id, reason) end

---@class signalwire.webhook
signalwire.webhook = {}

--- Is this request signed with the project's signing key?
---@param request { signing_key?: string, key?: string, url: string, body?: string, headers: table }
---@return true? verified
---@return signalwire.Error? err Kind "signature"; code "no_header", "wrong_scheme" or "no_match".
function signalwire.webhook.verify(request) end

--- The event that a body holds.
---@param body string
---@param content_type? string JSON, unless it says that this is a form.
---@return signalwire.Event? event
---@return signalwire.Error? err Kind "decode".
function signalwire.webhook.parse(body, content_type) end

--- Verifies requests, and hands their events on, each once.
---@param options? signalwire.RouterOptions
---@return signalwire.Router
function signalwire.webhook.router(options) end

---@class signalwire.Event
---@field type? string Such as "calling.call.refer"; nil for a body that does not show it.
---@field call_id? string
---@field control_id? string
---@field state? string
---@field final boolean Nothing more is to come of what it tells of.
---@field ok? boolean Once it is final: whether it went well.
---@field params table
---@field envelope table
---@field time? number Unix seconds.
---@field to? string Of a refer.
---@field sip_refer_response_code? string
---@field sip_notify_response_code? string
---@field reason? string
---@field direction? string
---@field url? string
---@field duration? number
---@field size? number
---@field recording_id? string
---@field digits? string
---@field text? string

---@class signalwire.RouterOptions
---@field signing_key? string By default SIGNALWIRE_SIGNING_KEY.
---@field verify? boolean False takes requests without looking at signatures.
---@field base_url? string The public address, where a proxy stands before the server. By default SWML_PROXY_URL_BASE.
---@field seen_before? fun(key: string): boolean For several processes that share what they saw.
---@field on_error? fun(err: signalwire.Error|string, about: table) Requests refused, bodies that are no events, handlers that fail.

---@class signalwire.WebhookRequest
---@field method? string
---@field url string The whole url, as the service knows it.
---@field headers table<string, string|string[]>
---@field body? string

---@class signalwire.WebhookAnswer
---@field status integer
---@field reason string
---@field headers table<string, string>
---@field body string

---@class signalwire.Router
local router = {}

--- Hears all events of a type, or of all types with "*".
---@param event_type string
---@param handler fun(event: signalwire.Event)
---@return fun() off Takes the handler back.
function router:on(event_type, handler) end

--- Hears all events of one call.
---@param call string|signalwire.Call
---@param handler fun(event: signalwire.Event)
---@return fun() off Takes the handler back.
function router:on_call(call, handler) end

--- Takes a request, and hands its event on before it returns.
---@param request signalwire.WebhookRequest
---@return signalwire.WebhookAnswer answer
---@return signalwire.Event? event
function router:handle(request) end

--- nginx's door: the whole of a content_by_lua_block.
function router:content() end

--- LuaSocket's door: reads a request from a connection that was accepted, hands it on, and answers.
---@param connection table
---@return signalwire.Event? event
---@return string? message
function router:serve(connection) end

--- What a command started that goes on until it is stopped.
---@class signalwire.Action
---@field call_id string
---@field control_id string
---@field body? signalwire.CallLeg

---@class signalwire.RelayOptions
---@field project? string By default SIGNALWIRE_PROJECT_ID.
---@field token? string By default SIGNALWIRE_API_TOKEN.
---@field jwt_token? string In place of project and token. By default SIGNALWIRE_JWT_TOKEN.
---@field host? string A host, or host:port. By default SIGNALWIRE_RELAY_HOST, SIGNALWIRE_SPACE, relay.signalwire.com.
---@field path? string `/` by default.
---@field scheme? "wss"|"ws" `ws` goes only to a loopback host.
---@field contexts? string[] Whose calls and messages come here.
---@field ca_file? string PEM trust roots in place of the system's. By default SIGNALWIRE_RELAY_CA_FILE.
---@field proxy? string As libcurl takes it. By default the usual environment.
---@field timeout? number Seconds for the answer to a command, the wait for a connection included. 30 by default.
---@field connect_timeout? number Seconds for one attempt to connect and authenticate. 10 by default.
---@field ping_interval? number Seconds of silence after which the server is asked for life. 30 by default.
---@field ping_timeout? number Seconds until it is taken for dead then. 10 by default.
---@field reconnect? boolean|signalwire.RelayReconnect
---@field max_active_calls? integer 1000 by default.
---@field max_connections? integer Sessions of this process. No limit by default.
---@field max_queue? integer Commands that wait for a connection. 500 by default.
---@field max_events? integer Events of a call that wait for handlers. 200 by default.
---@field max_message? integer In bytes. 10 MiB by default.
---@field sandbox? boolean|signalwire.Box True, or a box of `signalwire.sandbox()`: nothing goes to the network.
---@field on_request? fun(facts: signalwire.Facts) Called before each command of a call.
---@field on_response? fun(facts: signalwire.Facts) Called after each command of a call.
---@field on_state? fun(facts: { state: signalwire.RelayState, kind?: string, message?: string })
---@field log? fun(line: string)

---@class signalwire.RelayReconnect
---@field first? number Seconds until the second attempt. 1 by default.
---@field longest? number Seconds to which the waits grow. 30 by default.
---@field attempts? integer How many in a row; no limit by default.
---@field rejections? integer How often the credentials may be refused. 3 by default.

---@alias signalwire.RelayState "idle"|"opening"|"authenticating"|"ready"|"draining"|"waiting"|"closed"

---@class signalwire.Relay
local relay = {}

--- Opens the session and keeps it until it is closed. With a function: until that returns, with its results.
---@param fn? fun(relay: signalwire.Relay, ...): any
---@return any ...
function relay:run(fn, ...) end

--- Opens the session beside this task, and waits until it is ready.
---@return true? ready
---@return signalwire.Error? err
function relay:connect() end

--- Ends the session: every wait comes back.
function relay:close() end

---@return signalwire.RelayState
function relay:state() end

--- Has `handler(call)` called with each call that comes in, in a task of its own.
---@param handler fun(call: signalwire.RelayCall)
function relay:on_call(handler) end

--- Has `handler(message)` called with each text message that comes in, in a task of its own.
---@param handler fun(message: signalwire.RelayInboundMessage)
function relay:on_message(handler) end

--- Has `handler(event, dropped)` called with every event of the session, one at a time.
---@param handler fun(event: signalwire.Event, dropped: integer)
---@return fun() off Takes it back.
function relay:on_event(handler) end

--- Places a call, and waits until somebody answers. Those of one list ring at once, one list after the other.
---@param devices table[][]|table
---@param options? signalwire.DialOptions
---@return signalwire.RelayCall? call
---@return signalwire.Error? err
function relay:dial(devices, options) end

--- Sends a text message.
---@param params signalwire.MessageParams
---@return signalwire.RelayMessage? message
---@return signalwire.Error? err
function relay:send_message(params) end

--- Sends any command, as written.
---@param method string
---@param params? table
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay:execute(method, params, options) end

--- Takes calls and messages of more contexts.
---@param contexts string[]
---@return table? result
---@return signalwire.Error? err
function relay:receive(contexts) end

--- Takes no more calls and messages of these contexts.
---@param contexts string[]
---@return table? result
---@return signalwire.Error? err
function relay:unreceive(contexts) end

---@return signalwire.RelayCall[] calls Those that are up.
function relay:calls() end

---@class signalwire.DialOptions
---@field timeout? number Seconds until it is given up. 120 by default.
---@field tag? string
---@field region? string
---@field max_duration? number
---@field max_price_per_minute? number

---@class signalwire.MessageParams
---@field to_number string
---@field from_number string
---@field body? string This, or `media`.
---@field media? string[]
---@field tags? string[]
---@field region? string
---@field context? string By default the session's own.

---@class signalwire.RelayInboundMessage
---@field id string
---@field state string
---@field context? string
---@field from_number? string
---@field to_number? string
---@field body? string
---@field media? string[]
---@field [string] any

---@class signalwire.RelayMessage
---@field id string
---@field state string
---@field reason? string
local message = {}

--- Waits until it is known what became of it.
---@param timeout? number
---@return signalwire.Event? event
---@return signalwire.Error? err
function message:wait(timeout) end

---@return boolean
function message:is_done() end

---@return signalwire.Event?
function message:result() end

---@param callback fun(event?: signalwire.Event, err?: signalwire.Error)
---@return signalwire.RelayMessage
function message:on_completed(callback) end

--- What a command of RELAY started that goes on.
---@class signalwire.RelayAction
---@field call_id string
---@field control_id string
---@field body? table
local relay_action = {}

--- Waits until it is over. After a time-out it can be waited for again.
---@param timeout? number
---@return signalwire.Event? event
---@return signalwire.Error? err
function relay_action:wait(timeout) end

---@return boolean
function relay_action:is_done() end

---@return signalwire.Event? event The one that ended it.
function relay_action:result() end

---@return "completed"|"failed"|"stopped"|"call_ended"|"gone"|"session_lost"|"closed"|nil
function relay_action:reason() end

---@param callback fun(event?: signalwire.Event, err?: signalwire.Error)
---@return signalwire.RelayAction
function relay_action:on_completed(callback) end

--- A call of a RELAY session.
---@class signalwire.RelayCall
---@field id string
---@field node_id string
---@field state "created"|"ringing"|"answered"|"ending"|"ended"|string
---@field direction? "inbound"|"outbound"
---@field context? string
---@field device? table
---@field tag? string
---@field segment_id? string
---@field end_reason? string
---@field peer? table
local relay_call = {}

--- Hears the call's events of a type, or all of them by "*".
---@param event_type string
---@param handler fun(event: signalwire.Event, dropped: integer)
---@return fun() off Takes it back.
function relay_call:on(event_type, handler) end

--- Waits for an event that comes from now on.
---@param event_type string
---@param predicate? fun(event: signalwire.Event): boolean
---@param timeout? number
---@return signalwire.Event? event
---@return signalwire.Error? err
function relay_call:wait_for(event_type, predicate, timeout) end

---@param timeout? number
---@return signalwire.Event? event
---@return signalwire.Error? err
function relay_call:wait_for_ringing(timeout) end

---@param timeout? number
---@return signalwire.Event? event
---@return signalwire.Error? err
function relay_call:wait_for_answered(timeout) end

---@param timeout? number
---@return signalwire.Event? event
---@return signalwire.Error? err
function relay_call:wait_for_ending(timeout) end

---@param timeout? number
---@return signalwire.Event? event
---@return signalwire.Error? err
function relay_call:wait_for_ended(timeout) end

--- Refers the call, and waits until it is known what became of that.
---@param params signalwire.ReferParams
---@param options? { timeout?: number }
---@return signalwire.Event? event
---@return signalwire.Error? err
function relay_call:refer_wait(params, options) end

--- Bridges the call, and waits until that has worked, or not.
---@param params signalwire.ConnectParams
---@param options? { timeout?: number }
---@return signalwire.Event? event
---@return signalwire.Error? err
function relay_call:connect_wait(params, options) end

--- Presses keys, and waits until the last is pressed.
---@param params signalwire.SendDigitsParams
---@param options? { timeout?: number }
---@return signalwire.Event? event
---@return signalwire.Error? err
function relay_call:send_digits_wait(params, options) end

--- Sends any command of this call.
---@param command string
---@param params? table
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:execute(command, params, options) end

---@class signalwire.DialParams
---@field from string The number or SIP address that the call comes from.
---@field to? string What to call: a number, or a sip:, sips:, verto:, client: or fabric address.
---@field username? string The user name at a SIP `to`.
---@field password? string The password at a SIP `to`.
---@field to_script? signalwire.DialParams.ToScript SWML to run at the other end, as a document, text or URL.
---@field caller_id? string The caller id to show to the called party.
---@field fallback_url? string Asked for instructions when `url` fails.
---@field status_url? string Where the status webhooks of this command are sent.
---@field status_events? ("created"|"ringing"|"answered"|"ended")[] The call states that are sent to `status_url`. Default { "ended" }.
---@field url_method? "GET"|"POST" The HTTP method for `url`. Default "POST".
---@field codecs? signalwire.DialParams.Codecs The codecs to offer: a list, or their names with commas between.
---@field timeout? integer How long to let it ring, in seconds. 1 to 600.
---@field max_price_per_minute? number Refuse the call if a minute costs more, in dollars. At least 0.
---@field send_digits? string Keys to press once the call is answered: `w` waits, `,` pauses.
---@field region? signalwire.DialParams.Region The region to place the call from, or several, best first.
---@field custom_variables? table<string, string> Your own variables; SWML reads them as `envs`.
---@field url? string Where the instructions for the call (SWML) are fetched from.
---@field swml? table The instructions for the call, as a SWML document.

---@alias signalwire.DialParams.ToScript
---| string
---| table

---@alias signalwire.DialParams.Codecs
---| signalwire.DialParams.CodecsItem[]
---| string

---@alias signalwire.DialParams.CodecsItem "OPUS"|"OPUS@48000H@20I"|"OPUS@24000H@20I"|"OPUS@16000H@20I"|"OPUS@8000H@20I"|"G722"|"PCMU"|"PCMA"|"G729"|"VP8"|"H264"

---@alias signalwire.DialParams.Region
---| string
---| string[]

---@class signalwire.UpdateParams
---@field id string The id of the call.
---@field fallback_url? string Asked for instructions when `url` fails.
---@field status? "canceled"|"completed" Ends the call: `canceled` before it is answered, `completed` after.
---@field status_url? string Where the status webhooks of this command are sent.
---@field url? string Where the new instructions (SWML) are fetched from.
---@field swml? table The new instructions, as a SWML document.

---@class signalwire.EndParams
---@field reason? "hangup"|"cancel"|"busy"|"noAnswer"|"decline"|"error" Why the call ends.

---@class signalwire.DisconnectParams

---@class signalwire.AiHoldParams
---@field timeout? string How long to hold at most: seconds, as text.
---@field prompt? string What the agent is told when the hold begins.

---@class signalwire.AiUnholdParams

---@class signalwire.AiMessageParams
---@field role? "system"|"user"|"assistant" Who the message comes from.
---@field message_text? string The message.
---@field reset? signalwire.AiMessageParams.Reset Start the conversation anew.
---@field global_data? table Values to put into the agent's global data.

---@class signalwire.AiMessageParams.Reset
---@field full_reset? boolean Forget the whole conversation.
---@field user_prompt? string The user prompt to go on with.
---@field system_prompt? string The system prompt to go on with.

---@class signalwire.AiStopParams
---@field control_id? string Taken, and ignored.

---@class signalwire.AiSidecarParams
---@field prompt? signalwire.AiSidecarParams.Prompt What the sidecar is told: text, or one of these forms.
---@field lang string The language of the conversation, such as en-US.
---@field model? "gpt-4o-mini"|"gpt-4.1-mini"|"gpt-4.1-nano"|string The language model. Default "gpt-4o-mini".
---@field direction? ("remote-caller"|"local-caller")[] Which legs are listened to: always both. Default { "remote-caller", "local-caller" }.
---@field customer_role? "remote-caller"|"local-caller" Which leg is the customer. Default "remote-caller".
---@field url? string Where the sidecar's events are sent.
---@field SWAIG? signalwire.AiSidecarParams.SWAIG The functions and servers that the sidecar may use.
---@field permissions? signalwire.AiSidecarParams.Permissions What an answer of a function may do.
---@field global_data? table Data for the prompt and the functions.
---@field hints? string[] Words that the transcription should expect.
---@field params? signalwire.AiSidecarParams.Params How the sidecar works.
---@field action? signalwire.AiSidecarParams.Action Write one summary now; no sidecar is started.

---@alias signalwire.AiSidecarParams.Prompt
---| string
---| signalwire.AiSidecarParams.PromptText
---| signalwire.AiSidecarParams.PromptPom
---| signalwire.AiSidecarParams.PromptFile

---@class signalwire.AiSidecarParams.PromptText
---@field text string The prompt as text.

---@class signalwire.AiSidecarParams.PromptPom
---@field pom signalwire.AiSidecarParams.PromptPom.PomItem[] The prompt in sections.

---@alias signalwire.AiSidecarParams.PromptPom.PomItem
---| signalwire.AiSidecarParams.PromptPom.PomItemBody
---| signalwire.AiSidecarParams.PromptPom.PomItemBullets

---@class signalwire.AiSidecarParams.PromptPom.PomItemBody
---@field title? string The heading of the section.
---@field subsections? signalwire.AiSidecarParams.PromptPom.PomItem[] Sections below this one.
---@field numbered? boolean Number the section.
---@field numberedBullets? boolean Number the bullets.
---@field body string The text of the section.
---@field bullets? string[] The points of the section.

---@class signalwire.AiSidecarParams.PromptPom.PomItemBullets
---@field title? string The heading of the section.
---@field subsections? signalwire.AiSidecarParams.PromptPom.PomItem[] Sections below this one.
---@field numbered? boolean Number the section.
---@field numberedBullets? boolean Number the bullets.
---@field body? string The text of the section.
---@field bullets string[] The points of the section.

---@class signalwire.AiSidecarParams.PromptFile
---@field file string The path of a file on the server.

---@class signalwire.AiSidecarParams.SWAIG
---@field defaults? signalwire.AiSidecarParams.SWAIG.Defaults What holds for each function that does not say otherwise.
---@field functions? signalwire.AiSidecarParams.SWAIG.FunctionsItem[] The functions.
---@field mcp_servers? signalwire.AiSidecarParams.SWAIG.McpServersItem[] MCP servers whose tools may be called.

---@class signalwire.AiSidecarParams.SWAIG.Defaults
---@field web_hook_url? string Where a function call is sent.
---@field web_hook_auth_user? string The user name for that URL.
---@field web_hook_auth_password? string The password for that URL.

---@class signalwire.AiSidecarParams.SWAIG.FunctionsItem
---@field ["function"] string The name of the function.
---@field description? string What it does, in words for the model.
---@field purpose? string An older name of `description`.
---@field parameters? signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters The arguments that it takes.
---@field web_hook_url? string Where a function call is sent.
---@field web_hook_auth_user? string The user name for that URL.
---@field web_hook_auth_password? string The password for that URL.

---@class signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters
---@field type "object"
---@field properties table<string, signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValue> The arguments, by name.
---@field required? string[] The names of those that must be given.

---@alias signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValue
---| signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueString
---| signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueInteger
---| signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueNumber
---| signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueBoolean
---| signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueArray
---| signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueObject

---@class signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueString
---@field description? string What it is, in words for the model.
---@field type "string"
---@field enum? string[] The values it may have.
---@field default? string Its value when none is given.

---@class signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueInteger
---@field description? string What it is, in words for the model.
---@field type "integer"
---@field enum? integer[] The values it may have.
---@field default? integer Its value when none is given.

---@class signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueNumber
---@field description? string What it is, in words for the model.
---@field type "number"
---@field enum? number[] The values it may have.
---@field default? number Its value when none is given.

---@class signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueBoolean
---@field description? string What it is, in words for the model.
---@field type "boolean"
---@field default? boolean Its value when none is given.

---@class signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueArray
---@field description? string What it is, in words for the model.
---@field type "array"
---@field items signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValue What the array holds.

---@class signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValueObject
---@field description? string What it is, in words for the model.
---@field type "object"
---@field properties? table<string, signalwire.AiSidecarParams.SWAIG.FunctionsItem.Parameters.PropertiesValue> The arguments inside, by name.
---@field required? string[] The names of those that must be given.

---@class signalwire.AiSidecarParams.SWAIG.McpServersItem
---@field url string The address of the server.
---@field headers? table<string, string> Headers to send to it.
---@field resources? boolean Use the server's resources too. Default false.
---@field resource_vars? table<string, string> Values for the variables in resource addresses.

---@class signalwire.AiSidecarParams.Permissions
---@field swaig_allow_swml? boolean Run SWML on the call. Default true.
---@field swaig_allow_settings? boolean Change the sidecar's settings. Default true.
---@field swaig_set_global_data? boolean Set the sidecar's global data. Default true.

---@class signalwire.AiSidecarParams.Params
---@field idle_timeout_ms? integer How long the customer is silent before the sidecar thinks. 50 to 5000. Default 200.
---@field min_interval_ms? integer The least time from one thought to the next. 0 to 60000. Default 0.
---@field max_iters_per_tick? integer The most functions called for one advice. 1 to 20. Default 5.
---@field max_history_tokens? integer How much of the conversation is kept. 1000 to 200000. Default 8000.
---@field act_on_channel? boolean Let the answers of functions act on the call. Default true.
---@field final_summary? boolean Summarize the sidecar's work at the end. Default false.
---@field ai_summary? boolean Summarize the conversation at the end. Default false.
---@field ai_summary_prompt? string The prompt for the summary of the conversation.
---@field summary_model? "gpt-4o-mini"|"gpt-4.1-mini"|"gpt-4.1-nano"|string The model for the summary of the conversation. Default "gpt-4o-mini".
---@field live_events? boolean Send an event for each utterance. Default false.
---@field verbose_utterances? boolean Send each word's timing with it too. Default false.
---@field speech_engine? "deepgram"|"google" What turns speech into text. Default "deepgram".
---@field speech_timeout? integer Milliseconds until speech is final; 0 leaves it to the engine. 0 to 600000.
---@field vad_silence_ms? integer Milliseconds of silence that end speech; 0 leaves it to the engine. 0 to 60000.
---@field vad_thresh? integer How readily speech is noticed; 0 leaves it to the engine. 0 to 10000.
---@field debug_level? integer How much the speech engine logs. 0 to 100. Default 0.
---@field debug? boolean Log what the sidecar does. Default false.
---@field transcribe_prompt? string Words that help the speech engine: names of products and the like.

---@class signalwire.AiSidecarParams.Action
---@field summarize signalwire.AiSidecarParams.Action.Summarize Write a summary of the conversation so far.

---@class signalwire.AiSidecarParams.Action.Summarize
---@field webhook? string Where the summary is sent.
---@field prompt? string The prompt for the summary.

---@class signalwire.AiSidecarPokeParams
---@field text string What to tell it.

---@class signalwire.AiSidecarAskParams
---@field text string The question.

---@class signalwire.AiSidecarStopParams

---@class signalwire.AiSidecarStatusParams

---@class signalwire.PlayParams
---@field control_id? string The name of this operation, which you choose.
---@field play signalwire.PlayParams.PlayItem[] What to play, one after the other.
---@field volume? number The gain, in dB. -40 to 40. Default 0.
---@field direction? "listen"|"speak"|"both" Which side of the call hears it. Default "listen".
---@field loop? integer How many times to play it; 0 is for ever. At least 0. Default 1.
---@field language? string The language, where an item has none. Default "en-US".
---@field voice? string The voice, where an item has none.
---@field gender? "male"|"female" A male or a female voice, where an item has none. Default "female".
---@field status_url? string Where the status webhooks of this command are sent.

---@alias signalwire.PlayParams.PlayItem
---| signalwire.PlayParams.PlayItemAudio
---| signalwire.PlayParams.PlayItemTts
---| signalwire.PlayParams.PlayItemSilence
---| signalwire.PlayParams.PlayItemRingtone

---@class signalwire.PlayParams.PlayItemAudio
---@field type "audio"
---@field params signalwire.PlayParams.PlayItemAudio.Params The audio to play.

---@class signalwire.PlayParams.PlayItemAudio.Params
---@field url string Where the audio file is fetched from.

---@class signalwire.PlayParams.PlayItemTts
---@field type "tts"
---@field params signalwire.PlayParams.PlayItemTts.Params The text to speak.

---@class signalwire.PlayParams.PlayItemTts.Params
---@field text string What to say.
---@field language? string The language, such as en-US.
---@field gender? "male"|"female" A male or a female voice.
---@field voice? string The name of the voice.

---@class signalwire.PlayParams.PlayItemSilence
---@field type "silence"
---@field params signalwire.PlayParams.PlayItemSilence.Params The silence to keep.

---@class signalwire.PlayParams.PlayItemSilence.Params
---@field duration number How long, in seconds.

---@class signalwire.PlayParams.PlayItemRingtone
---@field type "ringtone"
---@field params signalwire.PlayParams.PlayItemRingtone.Params The ringtone to play.

---@class signalwire.PlayParams.PlayItemRingtone.Params
---@field name signalwire.PlayParams.PlayItemRingtone.Params.Name A country's code, or `bong`.
---@field duration? number How long, in seconds; until stopped, if left out.

---@alias signalwire.PlayParams.PlayItemRingtone.Params.Name "au"|"be"|"ca"|"cn"|"cy"|"cz"|"de"|"dk"|"dz"|"eg"|"es"|"fi"|"fr"|"hu"|"il"|"in"|"jp"|"ko"|"pk"|"pl"|"ro"|"rs"|"ru"|"sa"|"tr"|"uk"|"us"|"at"|"bg"|"br"|"ch"|"cl"|"ee"|"gr"|"it"|"lt"|"mx"|"my"|"nl"|"no"|"nz"|"ph"|"pt"|"se"|"sg"|"th"|"za"|"tw"|"ve"|"bong"

---@class signalwire.PlayPauseParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.PlayResumeParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.PlayStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.PlayVolumeParams
---@field control_id? string The name of this operation, which you choose.
---@field volume number The gain, in dB. -40 to 40.

---@class signalwire.RecordParams
---@field control_id? string The name of this operation, which you choose.
---@field record signalwire.RecordParams.Record What to record.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.RecordParams.Record
---@field audio signalwire.RecordParams.Record.Audio How to record the audio.

---@class signalwire.RecordParams.Record.Audio
---@field beep? boolean Beep before the recording begins. Default false.
---@field format? "mp3"|"wav"|"mp4" The format of the file. Default "mp3".
---@field stereo? boolean Record in stereo. Default false.
---@field direction? "listen"|"speak"|"both" Which side of the call is recorded. Default "speak".
---@field initial_timeout? number Seconds to wait for sound. At least 0. Default 4.
---@field end_silence_timeout? number Seconds of silence that end the recording. At least 0. Default 0.5.
---@field max_length? integer The longest recording, in seconds; 0 is no limit. At least 0. Default 0.
---@field terminators? string The keys that end the recording. Default "#".
---@field input_sensitivity? number How readily a voice is noticed. 0 to 100. Default 44.

---@class signalwire.RecordPauseParams
---@field control_id? string The name of this operation, which you choose.
---@field behavior? "skip"|"silence" Leave the pause out, or record it as silence. Default "skip".

---@class signalwire.RecordResumeParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.RecordStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.CollectParams
---@field control_id? string The name of this operation, which you choose.
---@field initial_timeout? number Seconds to wait for input. See `start_input_timers`.
---@field digits? signalwire.CollectParams.Digits Collect key presses.
---@field speech? signalwire.CollectParams.Speech Collect speech.
---@field continuous? boolean Begin again after each result, until collect_stop. Default false.
---@field partial_results? boolean Send results that are not final yet. Default false.
---@field send_start_of_input? boolean Send a webhook when input begins. Default false.
---@field start_input_timers? boolean Start `initial_timeout` now, not with collect_start_input_timers. Default false.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.CollectParams.Digits
---@field max integer How many keys at most.
---@field terminators? string The keys that end the input; empty for none.
---@field digit_timeout? number Seconds to wait for the next key.

---@class signalwire.CollectParams.Speech
---@field end_silence_timeout? number Seconds of silence that end the input.
---@field speech_timeout? number Seconds to wait for speech.
---@field language? string Such as en-US, or with an engine: Deepgram:en-US.
---@field hints? string[] Words that are expected.
---@field model? string A model of that engine, such as nova-3.
---@field engine? "Google"|"Google.V2"|"Deepgram" What turns speech into text.

---@class signalwire.CollectStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.CollectStartInputTimersParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.DetectParams
---@field control_id? string The name of this operation, which you choose.
---@field detect signalwire.DetectParams.Detect What to listen for.
---@field timeout? number Seconds to listen at most. At least 0. Default 30.
---@field status_url? string Where the status webhooks of this command are sent.

---@alias signalwire.DetectParams.Detect
---| signalwire.DetectParams.DetectMachine
---| signalwire.DetectParams.DetectFax
---| signalwire.DetectParams.DetectDigit

---@class signalwire.DetectParams.DetectMachine
---@field type "machine"
---@field params? signalwire.DetectParams.DetectMachine.Params How to tell a machine from a person.

---@class signalwire.DetectParams.DetectMachine.Params
---@field initial_timeout? number Seconds to wait for a voice. Default 4.5.
---@field end_silence_timeout? number Seconds of silence that end the greeting. Default 1.
---@field machine_ready_timeout? number Seconds to wait for the end of the greeting.
---@field machine_voice_threshold? number A greeting of so many seconds is a machine's. Default 1.25.
---@field machine_words_threshold? integer A greeting of so many words is a machine's. Default 6.
---@field detect_interruptions? boolean Notice who speaks into the greeting. Default false.
---@field detect_message_end? boolean Notice when the greeting ends. Default true.

---@class signalwire.DetectParams.DetectFax
---@field type "fax"
---@field params? signalwire.DetectParams.DetectFax.Params Which fax tone to listen for.

---@class signalwire.DetectParams.DetectFax.Params
---@field tone? "CNG"|"CED"|"cng"|"ced" The tone; either, if left out.

---@class signalwire.DetectParams.DetectDigit
---@field type "digit"
---@field params? signalwire.DetectParams.DetectDigit.Params Which keys to listen for.

---@class signalwire.DetectParams.DetectDigit.Params
---@field digits? string The keys; empty for any.

---@class signalwire.DetectStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.TapParams
---@field control_id? string The name of this operation, which you choose.
---@field tap signalwire.TapParams.Tap What to send.
---@field device signalwire.TapParams.Device Where to send it.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.TapParams.Tap
---@field type "audio"
---@field params signalwire.TapParams.Tap.Params Which audio to send.

---@class signalwire.TapParams.Tap.Params
---@field direction "listen"|"speak"|"both" Which side of the call is sent.

---@alias signalwire.TapParams.Device
---| signalwire.TapParams.DeviceRtp
---| signalwire.TapParams.DeviceWs

---@class signalwire.TapParams.DeviceRtp
---@field type "rtp"
---@field params signalwire.TapParams.DeviceRtp.Params The RTP receiver.

---@class signalwire.TapParams.DeviceRtp.Params
---@field addr string Its IPv4 address, a public one.
---@field port integer Its port. 1 to 65535.
---@field codec? "PCMA"|"PCMU"|"pcma"|"pcmu"|"OPUS"|"opus" The codec.
---@field ptime? signalwire.TapParams.DeviceRtp.Params.Ptime Milliseconds of audio in a packet.

---@alias signalwire.TapParams.DeviceRtp.Params.Ptime 10|20|30|40|50|60|70|80|90|100|110|120

---@class signalwire.TapParams.DeviceWs
---@field type "ws"
---@field params signalwire.TapParams.DeviceWs.Params The WebSocket receiver.

---@class signalwire.TapParams.DeviceWs.Params
---@field uri string Its ws:// or wss:// address.
---@field codec? "PCMA"|"PCMU"|"pcma"|"pcmu"|"OPUS"|"opus" The codec.

---@class signalwire.TapStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.StreamParams
---@field control_id? string The name of this operation, which you choose.
---@field url string The wss:// address of the receiver.
---@field name? string A name for the stream.
---@field codec? string The codec.
---@field track? "inbound_track"|"outbound_track"|"both_tracks" Which side of the call is streamed. Default "inbound_track".
---@field authorization_bearer_token? string A bearer token for the receiver.
---@field custom_parameters? table Your own parameters, passed on to the receiver.
---@field status_url? string Where the status webhooks of this command are sent.
---@field status_url_method? "GET"|"POST" The HTTP method for `status_url`. Default "POST".

---@class signalwire.StreamStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.TranscribeParams
---@field control_id? string The name of this operation, which you choose.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.TranscribeStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.LiveTranscribeParams
---@field action signalwire.LiveTranscribeParams.Action What to do.

---@alias signalwire.LiveTranscribeParams.Action
---| signalwire.LiveTranscribeParams.ActionStart
---| signalwire.LiveTranscribeParams.ActionSummarize
---| "stop"

---@class signalwire.LiveTranscribeParams.ActionStart
---@field start signalwire.LiveTranscribeParams.ActionStart.Start Begin.

---@class signalwire.LiveTranscribeParams.ActionStart.Start
---@field lang string The language spoken, such as en-US.
---@field direction ("remote-caller"|"local-caller")[] Which legs are listened to.
---@field webhook? string Where the results are sent.
---@field live_events? boolean Send each event as it happens.
---@field ai_summary? boolean Summarize the conversation at the end.
---@field ai_summary_prompt? string The prompt for that summary.
---@field speech_engine? "deepgram"|"google" What turns speech into text. Default "deepgram".
---@field speech_timeout? integer Milliseconds until speech is final. Default 60000.
---@field vad_silence_ms? integer Milliseconds of silence that end speech.
---@field vad_thresh? integer The threshold for speech, 0 to 1800. Default 400.
---@field debug_level? integer How much is logged, 0 to 2. Default 0.

---@class signalwire.LiveTranscribeParams.ActionSummarize
---@field summarize signalwire.LiveTranscribeParams.ActionSummarize.Summarize Write a summary of the conversation so far.

---@class signalwire.LiveTranscribeParams.ActionSummarize.Summarize
---@field webhook? string Where the summary is sent.
---@field prompt? string The prompt for the summary.

---@class signalwire.LiveTranslateParams
---@field action signalwire.LiveTranslateParams.Action What to do.
---@field status_url? string Where the status webhooks of this command are sent.

---@alias signalwire.LiveTranslateParams.Action
---| signalwire.LiveTranslateParams.ActionStart
---| signalwire.LiveTranslateParams.ActionSummarize
---| signalwire.LiveTranslateParams.ActionInject
---| "stop"

---@class signalwire.LiveTranslateParams.ActionStart
---@field start signalwire.LiveTranslateParams.ActionStart.Start Begin.

---@class signalwire.LiveTranslateParams.ActionStart.Start
---@field from_lang string The language to translate from, such as en-US.
---@field to_lang string The language to translate to.
---@field direction ("remote-caller"|"local-caller")[] Which legs are listened to.
---@field from_voice? string The voice for `from_lang`.
---@field to_voice? string The voice for `to_lang`.
---@field filter_from? signalwire.LiveTranslateParams.ActionStart.Start.FilterFrom The tone in `from_lang`: a name, or `prompt:` and your own words.
---@field filter_to? signalwire.LiveTranslateParams.ActionStart.Start.FilterTo The tone in `to_lang`: a name, or `prompt:` and your own words.
---@field webhook? string Where the results are sent.
---@field live_events? boolean Send each event as it happens.
---@field ai_summary? boolean Summarize the conversation at the end.
---@field ai_summary_prompt? string The prompt for that summary.
---@field speech_engine? "deepgram"|"google" What turns speech into text. Default "deepgram".
---@field speech_timeout? integer Milliseconds until speech is final. Default 60000.
---@field vad_silence_ms? integer Milliseconds of silence that end speech.
---@field vad_thresh? integer The threshold for speech, 0 to 1800. Default 400.
---@field debug_level? integer How much is logged, 0 to 2. Default 0.

---@alias signalwire.LiveTranslateParams.ActionStart.Start.FilterFrom
---| "polite"|"rude"|"professional"|"shakespeare"|"gen-z"
---| string

---@alias signalwire.LiveTranslateParams.ActionStart.Start.FilterTo
---| "polite"|"rude"|"professional"|"shakespeare"|"gen-z"
---| string

---@class signalwire.LiveTranslateParams.ActionSummarize
---@field summarize signalwire.LiveTranslateParams.ActionSummarize.Summarize Write a summary of the conversation so far.

---@class signalwire.LiveTranslateParams.ActionSummarize.Summarize
---@field webhook? string Where the summary is sent.
---@field prompt? string The prompt for the summary.

---@class signalwire.LiveTranslateParams.ActionInject
---@field inject signalwire.LiveTranslateParams.ActionInject.Inject Say something, translated.

---@class signalwire.LiveTranslateParams.ActionInject.Inject
---@field message string What to say.
---@field direction "remote-caller"|"local-caller" Which leg hears it.

---@class signalwire.DenoiseParams

---@class signalwire.DenoiseStopParams

---@class signalwire.TransferParams
---@field dest signalwire.TransferParams.Dest A SIP address, a phone number, a URL of SWML, or a SWML document.

---@alias signalwire.TransferParams.Dest
---| string
---| table

---@class signalwire.ReferParams
---@field device signalwire.ReferParams.Device|string Where to send the call.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.ReferParams.Device
---@field type "sip"
---@field params signalwire.ReferParams.Device.Params The SIP address, and how to reach it.

---@class signalwire.ReferParams.Device.Params
---@field to string The sip: address that the call shall go to.
---@field from? string The sip: address to show as the sender.
---@field username? string The user name for SIP authentication.
---@field password? string The password for SIP authentication.

---@class signalwire.SendFaxStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.ReceiveFaxStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.UserEventParams
---@field event table The event: any object.

---@class signalwire.Calling
---@field ["end"] fun(self: signalwire.Calling, id: string, params?: signalwire.EndParams, options?: signalwire.CallOptions): signalwire.CallLeg?, signalwire.Response|signalwire.Error The same as `end_`.
local calling = {}

--- Place a call. The answer brings its id. Webhook: `calling.call.state`.
---@param params signalwire.DialParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:dial(params, options) end

--- Change a call that is under way: new instructions, or its end.
---@param params signalwire.UpdateParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:update(params, options) end

--- Hang up.
---@param id string The id of the call.
---@param params? signalwire.EndParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:end_(id, params, options) end

--- Disconnect a call leg.
---@param id string The id of the call.
---@param params? signalwire.DisconnectParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:disconnect(id, params, options) end

--- Put the caller of an AI agent on hold.
---@param id string The id of the call.
---@param params? signalwire.AiHoldParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:ai_hold(id, params, options) end

--- Take the caller of an AI agent off hold.
---@param id string The id of the call.
---@param params? signalwire.AiUnholdParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:ai_unhold(id, params, options) end

--- Put a message into the conversation of an AI agent.
---@param id string The id of the call.
---@param params? signalwire.AiMessageParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:ai_message(id, params, options) end

--- Stop the AI agent of the call.
---@param id string The id of the call.
---@param params? signalwire.AiStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:ai_stop(id, params, options) end

--- Start an AI that listens to the call and sends advice. It never speaks.
---@param id string The id of the call.
---@param params? signalwire.AiSidecarParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:ai_sidecar(id, params, options) end

--- Tell the sidecar something, and have it answer at once.
---@param id string The id of the call.
---@param params? signalwire.AiSidecarPokeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:ai_sidecar_poke(id, params, options) end

--- Ask the sidecar a question. The answer comes as an event.
---@param id string The id of the call.
---@param params? signalwire.AiSidecarAskParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:ai_sidecar_ask(id, params, options) end

--- Stop the sidecar.
---@param id string The id of the call.
---@param params? signalwire.AiSidecarStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:ai_sidecar_stop(id, params, options) end

--- Read the sidecar's counters.
---@param id string The id of the call.
---@param params? signalwire.AiSidecarStatusParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:ai_sidecar_status(id, params, options) end

--- Play audio, speech, silence or a ringtone. Webhook: `calling.call.play`.
---@param id string The id of the call.
---@param params signalwire.PlayParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:play(id, params, options) end

--- Pause what plays.
---@param id string The id of the call.
---@param params signalwire.PlayPauseParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:play_pause(id, params, options) end

--- Go on with what was paused.
---@param id string The id of the call.
---@param params signalwire.PlayResumeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:play_resume(id, params, options) end

--- Stop what plays.
---@param id string The id of the call.
---@param params signalwire.PlayStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:play_stop(id, params, options) end

--- Change the volume of what plays.
---@param id string The id of the call.
---@param params signalwire.PlayVolumeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:play_volume(id, params, options) end

--- Record the call. Webhook: `calling.call.record`.
---@param id string The id of the call.
---@param params? signalwire.RecordParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:record(id, params, options) end

--- Pause a recording.
---@param id string The id of the call.
---@param params signalwire.RecordPauseParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:record_pause(id, params, options) end

--- Go on with a paused recording.
---@param id string The id of the call.
---@param params signalwire.RecordResumeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:record_resume(id, params, options) end

--- End a recording.
---@param id string The id of the call.
---@param params signalwire.RecordStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:record_stop(id, params, options) end

--- Collect key presses, speech, or both. Webhook: `calling.call.collect`.
---@param id string The id of the call.
---@param params? signalwire.CollectParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:collect(id, params, options) end

--- Stop collecting.
---@param id string The id of the call.
---@param params signalwire.CollectStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:collect_stop(id, params, options) end

--- Start `initial_timeout`.
---@param id string The id of the call.
---@param params? signalwire.CollectStartInputTimersParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:collect_start_input_timers(id, params, options) end

--- Find out whether a machine, a fax or a key press is on the line. Webhook: `calling.call.detect`.
---@param id string The id of the call.
---@param params signalwire.DetectParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:detect(id, params, options) end

--- Stop detecting.
---@param id string The id of the call.
---@param params signalwire.DetectStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:detect_stop(id, params, options) end

--- Send a copy of the call's audio by RTP or WebSocket. Webhook: `calling.call.tap`.
---@param id string The id of the call.
---@param params signalwire.TapParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:tap(id, params, options) end

--- End a tap.
---@param id string The id of the call.
---@param params signalwire.TapStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:tap_stop(id, params, options) end

--- Stream the call's audio to a WebSocket. Webhook: `calling.call.stream`.
---@param id string The id of the call.
---@param params signalwire.StreamParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:stream(id, params, options) end

--- End a stream.
---@param id string The id of the call.
---@param params signalwire.StreamStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:stream_stop(id, params, options) end

--- Transcribe the whole call. One transcription runs at a time. Webhook: `calling.transcript.completed`.
---@param id string The id of the call.
---@param params? signalwire.TranscribeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:transcribe(id, params, options) end

--- End a transcription.
---@param id string The id of the call.
---@param params signalwire.TranscribeStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:transcribe_stop(id, params, options) end

--- Transcribe the call while it is spoken.
---@param id string The id of the call.
---@param params signalwire.LiveTranscribeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:live_transcribe(id, params, options) end

--- Translate the call while it is spoken.
---@param id string The id of the call.
---@param params signalwire.LiveTranslateParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:live_translate(id, params, options) end

--- Filter noise out of the call.
---@param id string The id of the call.
---@param params? signalwire.DenoiseParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:denoise(id, params, options) end

--- Stop filtering noise.
---@param id string The id of the call.
---@param params? signalwire.DenoiseStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:denoise_stop(id, params, options) end

--- Transfer the call to another destination.
---@param id string The id of the call.
---@param params signalwire.TransferParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:transfer(id, params, options) end

--- Send a SIP call elsewhere, by SIP REFER. Webhook: `calling.call.refer`.
---@param id string The id of the call.
---@param params signalwire.ReferParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:refer(id, params, options) end

--- Stop sending a fax.
---@param id string The id of the call.
---@param params signalwire.SendFaxStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:send_fax_stop(id, params, options) end

--- Stop receiving a fax.
---@param id string The id of the call.
---@param params signalwire.ReceiveFaxStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:receive_fax_stop(id, params, options) end

--- Send an event of your own.
---@param id string The id of the call.
---@param params signalwire.UserEventParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:user_event(id, params, options) end

--- Sends any command, exactly as written.
---@param command string Such as "calling.refer".
---@param id? string The id of the call, where the command has one.
---@param params? table
---@param options? signalwire.CallOptions
---@return table? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function calling:execute(command, id, params, options) end

--- Sends nothing: true, or nil and an error whose `faults` list what the schema would refuse.
---@param method string Such as "refer".
---@param id? string|table The id of the call; the params, where the method takes no id.
---@param params? table
---@return true? fine
---@return signalwire.Error? err
function calling:check(method, id, params) end

---@class signalwire.PlayAction : signalwire.Action
local play_action = {}

--- Pause what plays.
---@param params? signalwire.PlayPauseParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function play_action:pause(params, options) end

--- Go on with what was paused.
---@param params? signalwire.PlayResumeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function play_action:resume(params, options) end

--- Stop what plays.
---@param params? signalwire.PlayStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function play_action:stop(params, options) end

--- Change the volume of what plays.
---@param params signalwire.PlayVolumeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function play_action:volume(params, options) end

---@class signalwire.RecordAction : signalwire.Action
local record_action = {}

--- Pause a recording.
---@param params? signalwire.RecordPauseParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function record_action:pause(params, options) end

--- Go on with a paused recording.
---@param params? signalwire.RecordResumeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function record_action:resume(params, options) end

--- End a recording.
---@param params? signalwire.RecordStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function record_action:stop(params, options) end

---@class signalwire.CollectAction : signalwire.Action
local collect_action = {}

--- Stop collecting.
---@param params? signalwire.CollectStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function collect_action:stop(params, options) end

--- Start `initial_timeout`.
---@param params? signalwire.CollectStartInputTimersParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function collect_action:start_input_timers(params, options) end

---@class signalwire.DetectAction : signalwire.Action
local detect_action = {}

--- Stop detecting.
---@param params? signalwire.DetectStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function detect_action:stop(params, options) end

---@class signalwire.TapAction : signalwire.Action
local tap_action = {}

--- End a tap.
---@param params? signalwire.TapStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function tap_action:stop(params, options) end

---@class signalwire.StreamAction : signalwire.Action
local stream_action = {}

--- End a stream.
---@param params? signalwire.StreamStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function stream_action:stop(params, options) end

---@class signalwire.TranscribeAction : signalwire.Action
local transcribe_action = {}

--- End a transcription.
---@param params? signalwire.TranscribeStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function transcribe_action:stop(params, options) end

--- One call's handle.
---@class signalwire.Call
---@field id string
---@field ["end"] fun(self: signalwire.Call, params?: signalwire.EndParams, options?: signalwire.CallOptions): signalwire.CallLeg?, signalwire.Response|signalwire.Error The same as `end_`.
local call = {}

--- Change a call that is under way: new instructions, or its end.
---@param params? signalwire.UpdateParams|table
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:update(params, options) end

--- Hang up.
---@param params? signalwire.EndParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:end_(params, options) end

--- Hang up.
---@param params? signalwire.EndParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:hangup(params, options) end

--- Disconnect a call leg.
---@param params? signalwire.DisconnectParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:disconnect(params, options) end

--- Put the caller of an AI agent on hold.
---@param params? signalwire.AiHoldParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:ai_hold(params, options) end

--- Take the caller of an AI agent off hold.
---@param params? signalwire.AiUnholdParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:ai_unhold(params, options) end

--- Put a message into the conversation of an AI agent.
---@param params? signalwire.AiMessageParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:ai_message(params, options) end

--- Stop the AI agent of the call.
---@param params? signalwire.AiStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:ai_stop(params, options) end

--- Start an AI that listens to the call and sends advice. It never speaks.
---@param params? signalwire.AiSidecarParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:ai_sidecar(params, options) end

--- Tell the sidecar something, and have it answer at once.
---@param params? signalwire.AiSidecarPokeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:ai_sidecar_poke(params, options) end

--- Ask the sidecar a question. The answer comes as an event.
---@param params? signalwire.AiSidecarAskParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:ai_sidecar_ask(params, options) end

--- Stop the sidecar.
---@param params? signalwire.AiSidecarStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:ai_sidecar_stop(params, options) end

--- Read the sidecar's counters.
---@param params? signalwire.AiSidecarStatusParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:ai_sidecar_status(params, options) end

--- Play audio, speech, silence or a ringtone. Webhook: `calling.call.play`.
---@param params signalwire.PlayParams
---@param options? signalwire.CallOptions
---@return signalwire.PlayAction? action
---@return signalwire.Response|signalwire.Error response The error, where there is no action.
function call:play(params, options) end

--- Pause what plays.
---@param params signalwire.PlayPauseParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:play_pause(params, options) end

--- Go on with what was paused.
---@param params signalwire.PlayResumeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:play_resume(params, options) end

--- Stop what plays.
---@param params signalwire.PlayStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:play_stop(params, options) end

--- Change the volume of what plays.
---@param params signalwire.PlayVolumeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:play_volume(params, options) end

--- Record the call. Webhook: `calling.call.record`.
---@param params? signalwire.RecordParams
---@param options? signalwire.CallOptions
---@return signalwire.RecordAction? action
---@return signalwire.Response|signalwire.Error response The error, where there is no action.
function call:record(params, options) end

--- Pause a recording.
---@param params signalwire.RecordPauseParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:record_pause(params, options) end

--- Go on with a paused recording.
---@param params signalwire.RecordResumeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:record_resume(params, options) end

--- End a recording.
---@param params signalwire.RecordStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:record_stop(params, options) end

--- Collect key presses, speech, or both. Webhook: `calling.call.collect`.
---@param params? signalwire.CollectParams
---@param options? signalwire.CallOptions
---@return signalwire.CollectAction? action
---@return signalwire.Response|signalwire.Error response The error, where there is no action.
function call:collect(params, options) end

--- Stop collecting.
---@param params signalwire.CollectStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:collect_stop(params, options) end

--- Start `initial_timeout`.
---@param params? signalwire.CollectStartInputTimersParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:collect_start_input_timers(params, options) end

--- Find out whether a machine, a fax or a key press is on the line. Webhook: `calling.call.detect`.
---@param params signalwire.DetectParams
---@param options? signalwire.CallOptions
---@return signalwire.DetectAction? action
---@return signalwire.Response|signalwire.Error response The error, where there is no action.
function call:detect(params, options) end

--- Stop detecting.
---@param params signalwire.DetectStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:detect_stop(params, options) end

--- Send a copy of the call's audio by RTP or WebSocket. Webhook: `calling.call.tap`.
---@param params signalwire.TapParams
---@param options? signalwire.CallOptions
---@return signalwire.TapAction? action
---@return signalwire.Response|signalwire.Error response The error, where there is no action.
function call:tap(params, options) end

--- End a tap.
---@param params signalwire.TapStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:tap_stop(params, options) end

--- Stream the call's audio to a WebSocket. Webhook: `calling.call.stream`.
---@param params signalwire.StreamParams
---@param options? signalwire.CallOptions
---@return signalwire.StreamAction? action
---@return signalwire.Response|signalwire.Error response The error, where there is no action.
function call:stream(params, options) end

--- End a stream.
---@param params signalwire.StreamStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:stream_stop(params, options) end

--- Transcribe the whole call. One transcription runs at a time. Webhook: `calling.transcript.completed`.
---@param params? signalwire.TranscribeParams
---@param options? signalwire.CallOptions
---@return signalwire.TranscribeAction? action
---@return signalwire.Response|signalwire.Error response The error, where there is no action.
function call:transcribe(params, options) end

--- End a transcription.
---@param params signalwire.TranscribeStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:transcribe_stop(params, options) end

--- Transcribe the call while it is spoken.
---@param params signalwire.LiveTranscribeParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:live_transcribe(params, options) end

--- Translate the call while it is spoken.
---@param params signalwire.LiveTranslateParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:live_translate(params, options) end

--- Filter noise out of the call.
---@param params? signalwire.DenoiseParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:denoise(params, options) end

--- Stop filtering noise.
---@param params? signalwire.DenoiseStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:denoise_stop(params, options) end

--- Transfer the call to another destination.
---@param params signalwire.TransferParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:transfer(params, options) end

--- Send a SIP call elsewhere, by SIP REFER. Webhook: `calling.call.refer`.
---@param params signalwire.ReferParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:refer(params, options) end

--- Stop sending a fax.
---@param params signalwire.SendFaxStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:send_fax_stop(params, options) end

--- Stop receiving a fax.
---@param params signalwire.ReceiveFaxStopParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:receive_fax_stop(params, options) end

--- Send an event of your own.
---@param params signalwire.UserEventParams
---@param options? signalwire.CallOptions
---@return signalwire.CallLeg? body
---@return signalwire.Response|signalwire.Error response The error, where there is no body.
function call:user_event(params, options) end

---@class signalwire.AnswerParams
---@field codecs? string[] The codecs to offer.
---@field max_duration? integer The longest that the call may last.

---@class signalwire.PassParams

---@class signalwire.ConnectParams
---@field devices table[][] Whom to dial: each list inside is rung at once, one list after the other.
---@field ringback? table[] What the caller hears meanwhile.
---@field tag? string A name for the new call, which you choose.
---@field max_duration? integer The longest that the bridge may last.
---@field max_price_per_minute? number Refuse if a minute costs more, in dollars.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.HoldParams

---@class signalwire.UnholdParams

---@class signalwire.PlayAndCollectParams
---@field control_id? string The name of this operation, which you choose.
---@field play table[] What to play, as in `play`.
---@field collect signalwire.PlayAndCollectParams.Collect What to collect, as in `collect`.
---@field volume? number The gain, in dB. -40 to 40.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.PlayAndCollectParams.Collect
---@field digits? table Collect key presses.
---@field speech? table Collect speech.
---@field initial_timeout? number Seconds to wait for input.
---@field partial_results? boolean Send results that are not final yet.
---@field continuous? boolean Begin again after each result.
---@field send_start_of_input? boolean Say when input begins.
---@field start_input_timers? boolean Start `initial_timeout` at once.

---@class signalwire.PlayAndCollectPauseParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.PlayAndCollectResumeParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.PlayAndCollectStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.PlayAndCollectVolumeParams
---@field control_id? string The name of this operation, which you choose.
---@field volume number The gain, in dB. -40 to 40.

---@class signalwire.SendDigitsParams
---@field control_id? string The name of this operation, which you choose.
---@field digits string The keys, `0-9 * # A-D`; `w` and `W` wait.

---@class signalwire.BindDigitParams
---@field digits string The keys.
---@field bind_method string The command, such as `calling.play`.
---@field params? table The command's params.
---@field realm? string A name for a set of bindings, which you choose.
---@field max_triggers? integer How often at most; 0 is no limit. Default 0.

---@class signalwire.ClearDigitBindingsParams
---@field realm? string The set of bindings; all of them, if left out.

---@class signalwire.EchoParams
---@field timeout? number Seconds until it ends; 0 is until the call does.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.SendFaxParams
---@field control_id? string The name of this operation, which you choose.
---@field document string Where the document (a PDF) is fetched from.
---@field identity? string How this side calls itself to the other machine.
---@field header_info? string What stands at the top of each page.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.ReceiveFaxParams
---@field control_id? string The name of this operation, which you choose.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.PayParams
---@field control_id? string The name of this operation, which you choose.
---@field payment_connector_url string Where the payment is sent.
---@field input? string How the caller answers. Default "dtmf".
---@field payment_method? string How the caller pays. Default "credit-card".
---@field timeout? string Seconds to wait for a key. Default "5".
---@field max_attempts? string How often a question is asked. Default "1".
---@field security_code? string Ask for the security code. Default "true".
---@field postal_code? string Ask for the postal code, or the code itself.
---@field min_postal_code_length? string The shortest postal code. Default "0".
---@field token_type? "one-time"|"reusable" What the connector makes. Default "reusable".
---@field charge_amount? string How much.
---@field currency? string Of what. Default "usd".
---@field language? string The language of the questions. Default "en-US".
---@field voice? string The voice of the questions. Default "woman".
---@field description? string What the payment is for.
---@field valid_card_types? string The cards that are taken.
---@field bank_account_type? string What bank accounts are taken.
---@field parameters? table[] What the connector gets besides: names and values.
---@field prompts? table[] Other words for the questions.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.PayStopParams
---@field control_id string The name of this operation, which you choose.

---@class signalwire.JoinConferenceParams
---@field name string The conference's name.
---@field muted? boolean Join without being heard. Default false.
---@field beep? "true"|"false"|"onEnter"|"onExit" Beep when somebody joins or leaves. Default "true".
---@field start_on_enter? boolean The conference begins with this one. Default true.
---@field end_on_exit? boolean The conference ends with this one. Default false.
---@field wait_url? string What is heard until it begins.
---@field max_participants? integer How many at most. Default 250.
---@field record? "do-not-record"|"record-from-start" Whether it is recorded.
---@field region? "global"|"us"|"eu" Where it is held.
---@field trim? "trim-silence"|"do-not-trim" Whether silence is cut out of the recording.
---@field coach? string The call that this one coaches.
---@field status_callback? string Where news of the conference are sent.
---@field status_callback_event? string Which news.
---@field status_callback_event_type? "relay"|"cxml" In which form. Default "relay".
---@field status_callback_method? "GET"|"POST" By which HTTP method.
---@field recording_status_callback? string Where news of the recording are sent.
---@field recording_status_callback_event? string Which news.
---@field recording_status_callback_event_type? "relay"|"cxml" In which form.
---@field recording_status_callback_method? "GET"|"POST" By which HTTP method.
---@field stream? table A stream of the conference's audio.

---@class signalwire.LeaveConferenceParams
---@field conference_id string The conference's id.

---@class signalwire.JoinRoomParams
---@field name string The room's name.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.LeaveRoomParams

---@class signalwire.QueueEnterParams
---@field control_id? string The name of this operation, which you choose.
---@field queue_name string The queue's name.
---@field wait_url? string What is heard meanwhile.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.QueueLeaveParams
---@field control_id? string The name of this operation, which you choose.
---@field queue_name string The queue's name.
---@field queue_id? string The call's id in the queue.
---@field status_url? string Where the status webhooks of this command are sent.

---@class signalwire.AiParams
---@field control_id? string The name of this operation, which you choose.
---@field agent? string The id of an agent that was set up before.
---@field prompt? table What the agent is to do.
---@field post_prompt? table What it is asked at the end.
---@field post_prompt_url? string Where its answer to that is sent.
---@field post_prompt_auth_user? string The user there.
---@field post_prompt_auth_password? string The password there.
---@field global_data? table What the agent knows.
---@field pronounce? table[] How words are spoken.
---@field hints? string[] Words that are expected.
---@field languages? table[] The languages it speaks.
---@field SWAIG? table The functions it may call.
---@field params? table How it behaves.

---@class signalwire.AmazonBedrockParams
---@field prompt? signalwire.AmazonBedrockParams.Prompt What the agent is to do.
---@field SWAIG? table The functions it may call.
---@field params? table How it behaves.
---@field global_data? table What the agent knows.
---@field post_prompt? table What it is asked at the end.
---@field post_prompt_url? string Where its answer to that is sent.

---@alias signalwire.AmazonBedrockParams.Prompt
---| string
---| table

---@class signalwire.UserEventParams
---@field event? signalwire.UserEventParams.Event What happened: a name, or an object.

---@alias signalwire.UserEventParams.Event
---| string
---| table

---@class signalwire.RelayPlayAction : signalwire.RelayAction
local relay_play_action = {}

--- Pause what plays.
---@param params? signalwire.PlayPauseParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_play_action:pause(params, options) end

--- Go on with what was paused.
---@param params? signalwire.PlayResumeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_play_action:resume(params, options) end

--- Stop what plays.
---@param params? signalwire.PlayStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_play_action:stop(params, options) end

--- Change the volume of what plays.
---@param params signalwire.PlayVolumeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_play_action:volume(params, options) end

---@class signalwire.RelayRecordAction : signalwire.RelayAction
local relay_record_action = {}

--- Pause a recording.
---@param params? signalwire.RecordPauseParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_record_action:pause(params, options) end

--- Go on with a paused recording.
---@param params? signalwire.RecordResumeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_record_action:resume(params, options) end

--- End a recording.
---@param params? signalwire.RecordStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_record_action:stop(params, options) end

---@class signalwire.RelayPlayAndCollectAction : signalwire.RelayAction
local relay_play_and_collect_action = {}

--- Pause what plays.
---@param params? signalwire.PlayAndCollectPauseParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_play_and_collect_action:pause(params, options) end

--- Go on with what was paused.
---@param params? signalwire.PlayAndCollectResumeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_play_and_collect_action:resume(params, options) end

--- Start `initial_timeout`.
---@param params? signalwire.CollectStartInputTimersParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_play_and_collect_action:start_input_timers(params, options) end

--- Stop playing and collecting.
---@param params? signalwire.PlayAndCollectStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_play_and_collect_action:stop(params, options) end

--- Change the volume of what plays.
---@param params signalwire.PlayAndCollectVolumeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_play_and_collect_action:volume(params, options) end

---@class signalwire.RelayCollectAction : signalwire.RelayAction
local relay_collect_action = {}

--- Start `initial_timeout`.
---@param params? signalwire.CollectStartInputTimersParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_collect_action:start_input_timers(params, options) end

--- Stop collecting.
---@param params? signalwire.CollectStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_collect_action:stop(params, options) end

---@class signalwire.RelayDetectAction : signalwire.RelayAction
local relay_detect_action = {}

--- Stop detecting.
---@param params? signalwire.DetectStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_detect_action:stop(params, options) end

---@class signalwire.RelayTapAction : signalwire.RelayAction
local relay_tap_action = {}

--- End a tap.
---@param params? signalwire.TapStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_tap_action:stop(params, options) end

---@class signalwire.RelayStreamAction : signalwire.RelayAction
local relay_stream_action = {}

--- End a stream.
---@param params? signalwire.StreamStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_stream_action:stop(params, options) end

---@class signalwire.RelayTranscribeAction : signalwire.RelayAction
local relay_transcribe_action = {}

--- End a transcription.
---@param params? signalwire.TranscribeStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_transcribe_action:stop(params, options) end

---@class signalwire.RelaySendFaxAction : signalwire.RelayAction
local relay_send_fax_action = {}

--- Stop sending a fax.
---@param params? signalwire.SendFaxStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_send_fax_action:stop(params, options) end

---@class signalwire.RelayReceiveFaxAction : signalwire.RelayAction
local relay_receive_fax_action = {}

--- Stop receiving a fax.
---@param params? signalwire.ReceiveFaxStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_receive_fax_action:stop(params, options) end

---@class signalwire.RelayPayAction : signalwire.RelayAction
local relay_pay_action = {}

--- Stop taking a payment.
---@param params? signalwire.PayStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_pay_action:stop(params, options) end

---@class signalwire.RelayAiAction : signalwire.RelayAction
local relay_ai_action = {}

--- Stop the AI agent of the call.
---@param params? signalwire.AiStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_ai_action:stop(params, options) end

--- Answer the call.
---@param params? signalwire.AnswerParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:answer(params, options) end

--- Leave the call to another consumer.
---@param params? signalwire.PassParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:pass(params, options) end

--- Hang up.
---@param params? signalwire.EndParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:hangup(params, options) end

--- Bridge the call with another, which is dialled.
---@param params signalwire.ConnectParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:connect(params, options) end

--- Disconnect a call leg.
---@param params? signalwire.DisconnectParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:disconnect(params, options) end

--- Send a SIP call elsewhere, by SIP REFER.
---@param params signalwire.ReferParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:refer(params, options) end

--- Transfer the call to another destination.
---@param params signalwire.TransferParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:transfer(params, options) end

--- Put the call on hold.
---@param params? signalwire.HoldParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:hold(params, options) end

--- Take the call off hold.
---@param params? signalwire.UnholdParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:unhold(params, options) end

--- Play audio, speech, silence or a ringtone.
---@param params signalwire.PlayParams
---@param options? { timeout?: number }
---@return signalwire.RelayPlayAction? action
---@return table|signalwire.Error? err
function relay_call:play(params, options) end

--- Pause what plays.
---@param params signalwire.PlayPauseParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:play_pause(params, options) end

--- Go on with what was paused.
---@param params signalwire.PlayResumeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:play_resume(params, options) end

--- Stop what plays.
---@param params signalwire.PlayStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:play_stop(params, options) end

--- Change the volume of what plays.
---@param params signalwire.PlayVolumeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:play_volume(params, options) end

--- Record the call.
---@param params? signalwire.RecordParams
---@param options? { timeout?: number }
---@return signalwire.RelayRecordAction? action
---@return table|signalwire.Error? err
function relay_call:record(params, options) end

--- Pause a recording.
---@param params signalwire.RecordPauseParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:record_pause(params, options) end

--- Go on with a paused recording.
---@param params signalwire.RecordResumeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:record_resume(params, options) end

--- End a recording.
---@param params signalwire.RecordStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:record_stop(params, options) end

--- Play something, and collect key presses or speech.
---@param params signalwire.PlayAndCollectParams
---@param options? { timeout?: number }
---@return signalwire.RelayPlayAndCollectAction? action
---@return table|signalwire.Error? err
function relay_call:play_and_collect(params, options) end

--- Pause what plays.
---@param params? signalwire.PlayAndCollectPauseParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:play_and_collect_pause(params, options) end

--- Go on with what was paused.
---@param params? signalwire.PlayAndCollectResumeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:play_and_collect_resume(params, options) end

--- Stop playing and collecting.
---@param params? signalwire.PlayAndCollectStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:play_and_collect_stop(params, options) end

--- Change the volume of what plays.
---@param params signalwire.PlayAndCollectVolumeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:play_and_collect_volume(params, options) end

--- Collect key presses, speech, or both.
---@param params? signalwire.CollectParams
---@param options? { timeout?: number }
---@return signalwire.RelayCollectAction? action
---@return table|signalwire.Error? err
function relay_call:collect(params, options) end

--- Stop collecting.
---@param params signalwire.CollectStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:collect_stop(params, options) end

--- Start `initial_timeout`.
---@param params? signalwire.CollectStartInputTimersParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:collect_start_input_timers(params, options) end

--- Find out whether a machine, a fax or a key press is on the line.
---@param params signalwire.DetectParams
---@param options? { timeout?: number }
---@return signalwire.RelayDetectAction? action
---@return table|signalwire.Error? err
function relay_call:detect(params, options) end

--- Stop detecting.
---@param params signalwire.DetectStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:detect_stop(params, options) end

--- Send a copy of the call's audio by RTP or WebSocket.
---@param params signalwire.TapParams
---@param options? { timeout?: number }
---@return signalwire.RelayTapAction? action
---@return table|signalwire.Error? err
function relay_call:tap(params, options) end

--- End a tap.
---@param params signalwire.TapStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:tap_stop(params, options) end

--- Stream the call's audio to a WebSocket.
---@param params signalwire.StreamParams
---@param options? { timeout?: number }
---@return signalwire.RelayStreamAction? action
---@return table|signalwire.Error? err
function relay_call:stream(params, options) end

--- End a stream.
---@param params signalwire.StreamStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:stream_stop(params, options) end

--- Transcribe the whole call. One transcription runs at a time.
---@param params? signalwire.TranscribeParams
---@param options? { timeout?: number }
---@return signalwire.RelayTranscribeAction? action
---@return table|signalwire.Error? err
function relay_call:transcribe(params, options) end

--- End a transcription.
---@param params signalwire.TranscribeStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:transcribe_stop(params, options) end

--- Transcribe the call while it is spoken.
---@param params signalwire.LiveTranscribeParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:live_transcribe(params, options) end

--- Translate the call while it is spoken.
---@param params signalwire.LiveTranslateParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:live_translate(params, options) end

--- Filter noise out of the call.
---@param params? signalwire.DenoiseParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:denoise(params, options) end

--- Stop filtering noise.
---@param params? signalwire.DenoiseStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:denoise_stop(params, options) end

--- Press keys.
---@param params signalwire.SendDigitsParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:send_digits(params, options) end

--- Have a command carried out when keys are pressed.
---@param params signalwire.BindDigitParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:bind_digit(params, options) end

--- Forget what `bind_digit` bound.
---@param params? signalwire.ClearDigitBindingsParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:clear_digit_bindings(params, options) end

--- Send the caller's own voice back.
---@param params? signalwire.EchoParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:echo(params, options) end

--- Send a fax.
---@param params signalwire.SendFaxParams
---@param options? { timeout?: number }
---@return signalwire.RelaySendFaxAction? action
---@return table|signalwire.Error? err
function relay_call:send_fax(params, options) end

--- Stop sending a fax.
---@param params signalwire.SendFaxStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:send_fax_stop(params, options) end

--- Receive a fax.
---@param params? signalwire.ReceiveFaxParams
---@param options? { timeout?: number }
---@return signalwire.RelayReceiveFaxAction? action
---@return table|signalwire.Error? err
function relay_call:receive_fax(params, options) end

--- Stop receiving a fax.
---@param params signalwire.ReceiveFaxStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:receive_fax_stop(params, options) end

--- Take a payment by key presses.
---@param params signalwire.PayParams
---@param options? { timeout?: number }
---@return signalwire.RelayPayAction? action
---@return table|signalwire.Error? err
function relay_call:pay(params, options) end

--- Stop taking a payment.
---@param params? signalwire.PayStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:pay_stop(params, options) end

--- Join a conference.
---@param params signalwire.JoinConferenceParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:join_conference(params, options) end

--- Leave a conference.
---@param params signalwire.LeaveConferenceParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:leave_conference(params, options) end

--- Join a room.
---@param params signalwire.JoinRoomParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:join_room(params, options) end

--- Leave the room.
---@param params? signalwire.LeaveRoomParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:leave_room(params, options) end

--- Put the call into a queue.
---@param params signalwire.QueueEnterParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:queue_enter(params, options) end

--- Take the call out of a queue.
---@param params signalwire.QueueLeaveParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:queue_leave(params, options) end

--- Start an AI agent, which speaks with the caller.
---@param params? signalwire.AiParams
---@param options? { timeout?: number }
---@return signalwire.RelayAiAction? action
---@return table|signalwire.Error? err
function relay_call:ai(params, options) end

--- Stop the AI agent of the call.
---@param params? signalwire.AiStopParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:ai_stop(params, options) end

--- Put a message into the conversation of an AI agent.
---@param params? signalwire.AiMessageParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:ai_message(params, options) end

--- Put the caller of an AI agent on hold.
---@param params? signalwire.AiHoldParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:ai_hold(params, options) end

--- Take the caller of an AI agent off hold.
---@param params? signalwire.AiUnholdParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:ai_unhold(params, options) end

--- Start an agent of Amazon Bedrock.
---@param params? signalwire.AmazonBedrockParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:amazon_bedrock(params, options) end

--- Send an event of your own. Any other field goes along.
---@param params? signalwire.UserEventParams
---@param options? { timeout?: number }
---@return table? result
---@return signalwire.Error? err
function relay_call:user_event(params, options) end

return signalwire
