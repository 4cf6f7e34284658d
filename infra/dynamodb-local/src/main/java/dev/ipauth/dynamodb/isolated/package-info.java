/**
 * What runs inside DynamoDB Local's own class loader. Nothing outside of this package may name a
 * class in it, and nothing in it may name a class of ours that isn't in it: the other side has no
 * such classes, or others of the same name.
 */
@NullMarked
package dev.ipauth.dynamodb.isolated;

import org.jspecify.annotations.NullMarked;
