package dev.ipauth.functions;

import io.micronaut.context.ApplicationContext;
import io.micronaut.function.aws.proxy.payload2.APIGatewayV2HTTPEventFunction;

/** The way in on AWS: an HTTP API's event, payload version 2.0. */
public final class LambdaHandler extends APIGatewayV2HTTPEventFunction {
  /** Lambda calls this one, before the snapshot is taken. */
  public LambdaHandler() {}

  LambdaHandler(ApplicationContext application) {
    super(application);
  }
}
