package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import io.swagger.v3.oas.annotations.Parameter;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * An argument that {@link Binders} make of the request. The API's description has it from the
 * method's own annotations.
 */
@Retention(RUNTIME)
@Target(ElementType.PARAMETER)
@Parameter(hidden = true)
@interface Bound {}
