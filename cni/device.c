// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "device.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"

/* Fewer and smaller calls than a netlink socket; what kind of a device it is
 * the kernel says when an endpoint is added.
 */
static int ask(int fd, unsigned long what, struct ifreq *req,
	       struct cni_error *err)
{
	if (!ioctl(fd, what, req))
		return 0;
	if (errno != ENODEV)
		return cni_fail(err, CNI_KERNEL,
				"cannot read the overlay device %s: %s",
				req->ifr_name, strerror(errno));
	cni_fail(err, CNI_TRY_LATER, "there is no overlay device %s yet",
		 req->ifr_name);
	return cni_details(err, "k8sovd makes it, with the kernel module k8sov");
}

/**
 * device_find() - is there an overlay device?
 * @name: its name
 * @err: CNI_TRY_LATER if it is absent, CNI_KERNEL
 *
 * Return: 0, or -1.
 */
int device_find(const char *name, struct cni_error *err)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret;
	struct ifreq req = {};

	if (fd < 0)
		return cni_fail(err, CNI_KERNEL, "cannot open a socket: %s",
				strerror(errno));
	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", name);
	ret = ask(fd, SIOCGIFFLAGS, &req, err);
	close(fd);
	return ret;
}

/**
 * device_read() - the overlay device
 * @name: its name
 * @mtu: set on success, in bytes
 * @err: CNI_TRY_LATER if it is absent or down, CNI_KERNEL
 *
 * Return: 0, or -1.
 */
int device_read(const char *name, uint32_t *mtu, struct cni_error *err)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret;
	struct ifreq req = {};

	if (fd < 0)
		return cni_fail(err, CNI_KERNEL, "cannot open a socket: %s",
				strerror(errno));
	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", name);
	ret = ask(fd, SIOCGIFFLAGS, &req, err);
	if (!ret && !(req.ifr_flags & IFF_UP)) {
		cni_fail(err, CNI_TRY_LATER, "the overlay device %s is down",
			 name);
		ret = cni_details(err, "k8sovd sets it up when its tables are there");
	}
	if (!ret)
		ret = ask(fd, SIOCGIFMTU, &req, err);
	if (!ret)
		*mtu = (uint32_t)req.ifr_mtu;
	close(fd);
	return ret;
}
