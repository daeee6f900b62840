// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "http_cert.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void describe(const char *whose, const X509 *cert, const char *verb,
		     const ASN1_TIME *time, char *note)
{
	char subject[128], date[32];
	struct tm tm;

	if (!ASN1_TIME_to_tm(time, &tm))
		return;
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	X509_NAME_oneline(X509_get_subject_name(cert), subject,
			  sizeof(subject));
	snprintf(note, HTTP_CERT_SIZE, "%s certificate %s %s %s UTC", whose,
		 subject, verb, date);
}

/* Servers refuse what has ended; what has not begun is a wrong clock. */
static void check_own(const X509 *cert, char *note)
{
	const ASN1_TIME *end = cert ? X509_get0_notAfter(cert) : NULL;

	note[0] = '\0';
	if (end && X509_cmp_current_time(end) < 0)
		describe("this client's", cert, "ended at", end, note);
}

static int notes_index(void)
{
	static int index = -1;

	if (index < 0)
		index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
	return index;
}

/* Decides nothing. */
static int on_verify(int good, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(
		store, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct http_cert *notes = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl),
						      notes_index());
	const X509 *cert = X509_STORE_CTX_get_current_cert(store);
	const char *whose = X509_STORE_CTX_get_error_depth(store) ?
			    "the authority's" : "the server's";
	int error = X509_STORE_CTX_get_error(store);

	if (good || !cert)
		return good;
	if (error == X509_V_ERR_CERT_HAS_EXPIRED)
		describe(whose, cert, "ended at", X509_get0_notAfter(cert),
			 notes->peer);
	else if (error == X509_V_ERR_CERT_NOT_YET_VALID)
		describe(whose, cert, "begins at", X509_get0_notBefore(cert),
			 notes->peer);
	return good;
}

static CURLcode on_context(CURL *easy, void *context, void *data)
{
	struct http_cert *notes = data;

	(void)easy;
	notes->peer[0] = '\0';
	check_own(SSL_CTX_get0_certificate(context), notes->own);
	SSL_CTX_set_ex_data(context, notes_index(), notes);
	SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context),
			   on_verify);
	return CURLE_OK;
}

/**
 * http_cert_watch() - note what is wrong with certificates
 * @easy: libcurl's side of a request
 * @cert: set when it connects; must stay until it has ended
 *
 * Where libcurl has another library than OpenSSL, nothing is noted.
 */
void http_cert_watch(CURL *easy, struct http_cert *cert)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);

	if (!info->ssl_version || strncmp(info->ssl_version, "OpenSSL", 7) != 0)
		return;
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_context);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, cert);
}
