/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _POLICY_MANIFEST_H
#define _POLICY_MANIFEST_H

#include "parse.h"

/**
 * struct policy_manifest - an object of a file
 * @title: "KIND NAMESPACE/NAME"
 * @file: path of the file
 * @line: where its document begins
 * @order: in which it was read
 * @stale: the file cannot be read any more, this is what it said before
 * @object: the object
 */
struct policy_manifest {
	char *title;
	char *file;
	size_t line;
	size_t order;
	bool stale;
	struct policy_object object;
};

/**
 * struct policy_trouble - what of a file cannot be used
 * @title: "KIND NAMESPACE/NAME" if it is known, else NULL
 * @file: path of the file
 * @line: where its document begins, 0 if the file as a whole is meant
 * @what: a sentence
 * @twice: it is only that there are two of it: all was read
 */
struct policy_trouble {
	char *title;
	char *file;
	size_t line;
	char *what;
	bool twice;
};

/**
 * struct policy_manifests - what is in a directory of manifests
 * @object: objects, those of no interest too; by title when finished
 * @objects: their number
 * @trouble: what cannot be used, in order; broken policies are objects
 * @troubles: their number
 * @blind: there was something that cannot be read, and nothing is known of
 *	what it said before: there may be policies in it
 *
 * An object that is there twice counts once. The later one is taken, by name
 * of the file, as kubectl would; but if it is a policy it is a broken one,
 * since nobody can say which of the two is meant.
 */
struct policy_manifests {
	struct policy_manifest *object;
	size_t objects;
	struct policy_trouble *trouble;
	size_t troubles;
	bool blind;
};

/* The files *.yaml, *.yml and *.json of a directory that are not hidden, or one
 * file; fails only if there is no such directory or file. Any number of them.
 */
int policy_manifests_add(struct policy_manifests *all, const char *path,
			 struct k8sov_error *err);
/* To be called once, when all was added. */
void policy_manifests_finish(struct policy_manifests *all);
bool policy_manifests_find(const struct policy_manifests *all,
			   const char *title);
/* What @old, all of it finished, has of files that cannot be read now, or that
 * are distrusted, goes over to @all, and is stale there.
 */
void policy_manifests_distrust(struct policy_manifests *all, const char *path,
			       const char *what);
void policy_manifests_inherit(struct policy_manifests *all,
			      struct policy_manifests *old);
void policy_manifests_exit(struct policy_manifests *all);

#endif /* _POLICY_MANIFEST_H */
