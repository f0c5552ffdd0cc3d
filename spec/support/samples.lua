-- What the specs of check hold against the catalog: its rows by method, and params that are right.
local samples = { rows = {} }

for _, row in ipairs(require("signalwire.catalog.calling").rows()) do
  samples.rows[row.method] = row
end

function samples.texts(list)
  local lines = {}
  for i, fault in ipairs(list) do
    lines[i] = tostring(fault)
  end
  return lines
end

samples.good = {
  refer = { device = { type = "sip", params = { to = "sip:sales@example.com" } } },
  dial = { from = "+15551230001", to = "+15551230002", url = "https://example.com/swml" },
}

function samples.refer(more)
  local given = { device = samples.good.refer.device }
  for key, value in pairs(more) do
    given[key] = value
  end
  return given
end

function samples.dial(more)
  local given = {}
  for key, value in pairs(samples.good.dial) do
    given[key] = value
  end
  for key, value in pairs(more) do
    given[key] = value
  end
  return given
end

function samples.play(...) return { control_id = "c", play = { ... } } end

return samples
