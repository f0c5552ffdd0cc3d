/* A name server that does not answer for so many seconds.
** SPDX-License-Identifier: MIT */
#ifndef TEST_RESOLVER_H
#define TEST_RESOLVER_H

#define HANGS 4

#endif
