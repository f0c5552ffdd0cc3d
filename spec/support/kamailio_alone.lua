-- Routes that do what those of kamailio_calls.lua do, but for the library's part: Kamailio as it is by itself.

-- luacheck: globals KSR ksr_request_route ksr_later

function ksr_later()
  KSR.tm.t_send_reply(200, "said")
  return 1
end

function ksr_request_route()
  if KSR.is_OPTIONS() then
    KSR.sl.sl_send_reply(200, "OK")
  elseif KSR.tm.t_newtran() > 0 then
    KSR.async.task_route("ksr_later")
  end
  return 1
end
