/**
 * DynamoDB's JSON protocol: its requests and answers as JSON, by what the AWS SDK says of their
 * fields, and a server of it on the loopback address.
 */
@NullMarked
package dev.ipauth.embedded.protocol;

import org.jspecify.annotations.NullMarked;
