/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _HTTP_CERT_H
#define _HTTP_CERT_H

#include <curl/curl.h>

#define HTTP_CERT_SIZE 256

/**
 * struct http_cert - certificates of a request that have ended
 *
 * Whichever side refuses one, it tells the other neither which nor since when.
 *
 * @own: sentence about the client's, "" if it is in force; HTTP_CERT_SIZE
 *	bytes that may be those of all requests of a client
 * @peer: likewise, about the server's
 */
struct http_cert {
	char *own;
	char peer[HTTP_CERT_SIZE];
};

void http_cert_watch(CURL *easy, struct http_cert *cert);

#endif /* _HTTP_CERT_H */
