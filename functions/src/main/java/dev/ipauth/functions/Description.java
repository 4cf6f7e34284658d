package dev.ipauth.functions;

import dev.ipauth.functions.problem.Problem;
import io.micronaut.openapi.annotation.OpenAPIExtraSchema;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;

/** What the API's description says of the whole. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "SMTP relay with IP authentication",
            version = "1",
            description =
                "SMTP users, and the one IP address that each may nominate to send from without a"
                    + " password. An address is at most one user's, across the whole platform."
                    + " Every refusal is a problem (RFC 9457), also of a method that a path doesn't"
                    + " have: 405, with Allow. HEAD is answered as GET is, without the body; on one machine"
                    + " the connection is closed behind it."),
    security = @SecurityRequirement(name = "token"))
@OpenAPIExtraSchema(classes = Problem.class)
@SecurityScheme(
    name = "token",
    type = SecuritySchemeType.HTTP,
    scheme = "bearer",
    bearerFormat = "JWT")
final class Description {
  private Description() {}
}
