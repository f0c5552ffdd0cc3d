-- Runs busted under the Lua that runs this file, which the installed `busted` command may not do.

require "busted.runner"({ standalone = false })
