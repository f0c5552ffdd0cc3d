-- What to say where a host's way to share OpenSSL's memory would be corrupted by libcurl.

return "libcurl stands on the OpenSSL whose memory this host shares among its processes (Kamailio's tls.so "
  .. "does). That corrupts it. Install the library's GnuTLS build; or, where RELAY is not used, give "
  .. 'signalwire.client transport = "thread": docs/kamailio.md'
