-- RELAY's commands that send and receive a fax.

local controls = require("signalwire.sandbox.controls")
local events = require("signalwire.sandbox.events")
local far_end = require("signalwire.sandbox.far_end")

local fax = {}

local PAGES, PAGE = 2, 1 -- how many, and the seconds of each

local function fax_event(machine, call, control, kind, params)
  params.direction = control.kind == "send_fax" and "send" or "receive"
  local fields = { control_id = control.id, fax = { type = kind, params = params } }
  machine:tell(control.status_url, call, events.of_call(call, "calling.call.fax", fields))
end

local function fax_ends(machine, call, control)
  local whole = control.pages == PAGES
  fax_event(machine, call, control, "finished", {
    identity = control.identity,
    remote_identity = call.to,
    document = control.document,
    pages = control.pages,
    success = whole,
    result = whole and 0 or 1,
    result_text = whole and "OK" or "The call dropped prematurely",
    format = "pdf",
  })
end

local function next_page(machine, call, control)
  controls.after(machine, control, PAGE, function()
    control.pages = control.pages + 1
    fax_event(machine, call, control, "page", { number = control.pages })
    if control.pages == PAGES then return controls.finish(machine, call, control) end
    next_page(machine, call, control)
  end)
end

--- A person at the far end sends no tone, and the fax gives up.
local function nobody_there(machine, call, control)
  controls.after(machine, control, PAGE, function()
    control.at_end = function() fax_event(machine, call, control, "error", {}) end
    controls.finish(machine, call, control)
  end)
end

local function start(machine, call, kind, params, document)
  local control = controls.start(machine, call, kind, {
    id = params.control_id,
    status_url = params.status_url,
    identity = params.identity or call.from,
    document = document,
    pages = 0,
    at_end = fax_ends,
  })
  local begin = far_end.of(call.to).is == "fax" and next_page or nobody_there
  begin(machine, call, control)
end

function fax.send_fax(hub, call, params, entry)
  entry.what = "sends a fax"
  start(hub.machine, call, "send_fax", params, params.document)
  return {}
end

function fax.receive_fax(hub, call, params, entry)
  entry.what = "receives a fax"
  local name = ("https://sandbox.invalid/faxes/%s.pdf"):format(hub.machine.uuid())
  start(hub.machine, call, "receive_fax", params, name)
  return {}
end

local function stop(kind)
  return function(hub, call, params, entry)
    local control = controls.find(call, kind, params)
    if not control then return nil, { code = "404", message = "no fax with that control_id" } end
    controls.finish(hub.machine, call, control)
    entry.what = "stops"
    return {}
  end
end

fax["send_fax.stop"] = stop("send_fax")
fax["receive_fax.stop"] = stop("receive_fax")

return fax
