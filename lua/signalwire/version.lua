-- The one place that holds the version number.

return "0.1.0"
