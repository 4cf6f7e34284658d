/**
 * Whom the API answers on one machine, where no API Gateway stands before it: for which host, how
 * one signs in, and from which address a request came. Start reading at {@link
 * dev.ipauth.local.http.HttpSettings}.
 */
@NullMarked
package dev.ipauth.local.http;

import org.jspecify.annotations.NullMarked;
