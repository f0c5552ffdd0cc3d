-- The states of a call, in the order in which it goes through them.

return { created = 1, ringing = 2, answered = 3, ending = 4, ended = 5 }
