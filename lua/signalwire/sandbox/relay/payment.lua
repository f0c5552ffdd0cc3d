-- RELAY's commands that take a payment by keys.

local controls = require("signalwire.sandbox.controls")
local events = require("signalwire.sandbox.events")

local payment = {}

local KEYED_IN = 0.5 -- seconds for each thing that the payer is asked for

local function tell(machine, call, control, fields)
  fields.control_id = control.id
  machine:tell(control.status_url, call, events.of_call(call, "calling.call.pay", fields))
end

local steps = {
  "payment-card-number",
  "expiration-date",
  "security-code",
  "postal-code",
  "payment-processing",
  "payment-completed",
}

local function payment_event(machine, call, control, step)
  tell(machine, call, control, {
    ["for"] = step,
    payment_method = control.method,
    payment_card_number = control.asked > 1 and "************1111" or nil,
    payment_card_type = control.asked > 1 and "visa" or nil,
    expiration_date = control.asked > 2 and "1230" or nil,
    security_code = control.asked > 3 and "***" or nil,
    payment_card_postal_code = control.asked > 4 and "*****" or nil,
  })
end

local function next_step(machine, call, control)
  controls.after(machine, control, KEYED_IN, function()
    control.asked = control.asked + 1
    if control.asked == #steps then
      control.at_end = function() payment_event(machine, call, control, steps[#steps]) end
      return controls.finish(machine, call, control)
    end
    payment_event(machine, call, control, steps[control.asked])
    next_step(machine, call, control)
  end)
end

local function payment_is_stopped(machine, call, control)
  tell(machine, call, control, {
    ["for"] = "payment-failed",
    state = "finished",
    error_type = "caller-interrupted-with-star",
    payment_method = control.method,
  })
end

function payment.pay(hub, call, params, entry)
  entry.what = "asks for a payment"
  local control = controls.start(hub.machine, call, "pay", {
    id = params.control_id,
    status_url = params.status_url,
    method = params.payment_method or "credit-card",
    asked = 0,
    at_end = payment_is_stopped,
  })
  next_step(hub.machine, call, control)
  return {}
end

payment["pay.stop"] = function(hub, call, params, entry)
  local control = controls.find(call, "pay", params)
  if not control then return nil, { code = "404", message = "no payment with that control_id" } end
  controls.finish(hub.machine, call, control)
  entry.what = "stops"
  return {}
end

return payment
