# What lws.Context().log() prints: any of these, added up. libwebsockets' numbers.

LOG_ERR = 1
LOG_WARN = 2  # a vhost is full, memory ran out
LOG_NOTICE = 4  # refused requests, timeouts
LOG_INFO = 8  # connections that come and go
LOG_ALL = 0xFFF
