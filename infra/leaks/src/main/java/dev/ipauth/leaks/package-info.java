/**
 * For tests: a module that has this on its test class path fails the test class after which Netty
 * reports a leaked buffer. Nothing has to be said in the tests.
 */
@NullMarked
package dev.ipauth.leaks;

import org.jspecify.annotations.NullMarked;
