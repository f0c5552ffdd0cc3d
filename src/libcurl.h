/* libcurl's header, or a word on where to find it; and what this libcurl can do.
** SPDX-License-Identifier: MIT */
#ifndef SW_LIBCURL_H
#define SW_LIBCURL_H

#if defined(__has_include)
#if !__has_include(<curl/curl.h>)
#error "curl/curl.h not found: install libcurl's headers (Debian: libcurl4-openssl-dev, Fedora: libcurl-devel)"
#endif
#endif

#include <curl/curl.h>

#if LIBCURL_VERSION_NUM < 0x075100
#error "signalwire needs libcurl 7.81 or later"
#endif

/* Where libcurl has it, a cancelled transfer does not wait for its resolver thread. */
#if LIBCURL_VERSION_NUM >= 0x075700 && !defined(SIGNALWIRE_NO_QUICK_EXIT)
#define SW_QUICK_EXIT 1
#else
#define SW_QUICK_EXIT 0
#endif

/* What a header line that is too long for libcurl ends with; before 8.6, by the name of short memory. */
#if LIBCURL_VERSION_NUM >= 0x080600
#define SW_HEADER_TOO_LONG CURLE_TOO_LARGE
#else
#define SW_HEADER_TOO_LONG CURLE_OUT_OF_MEMORY
#endif

#endif
