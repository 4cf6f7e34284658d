package dev.ipauth.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.ipauth.functions.caller.IssuerKeys;
import dev.ipauth.functions.caller.RemainingTime;
import dev.ipauth.functions.lambda.LambdaSettings;
import dev.ipauth.functions.priming.FirstContact;
import dev.ipauth.functions.priming.Priming;
import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.register.Randoms;
import dev.ipauth.functions.register.RegisterTables;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import io.micronaut.function.aws.proxy.payload2.APIGatewayV2HTTPEventFunction;
import java.util.Map;
import org.crac.Core;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in on AWS: an HTTP API's event, payload version 2.0.
 *
 * <p>With SnapStart, Lambda makes one of these, takes a snapshot, and wakes it up in many processes
 * at once. Nothing that two of them must not share may be made before that.
 */
public final class LambdaHandler extends APIGatewayV2HTTPEventFunction implements Resource {
  private static final Logger LOG = LoggerFactory.getLogger(LambdaHandler.class);

  /** Lambda calls this one, before the snapshot is taken. */
  public LambdaHandler() {
    // Whoever registers is held weakly; this handler, Lambda holds as long as the process lives.
    Core.getGlobalContext().register(this);
  }

  LambdaHandler(ApplicationContext application) {
    super(application);
  }

  /** With all of its parts made at the start, and so in the snapshot. */
  @Override
  protected ApplicationContextBuilder newApplicationContextBuilder() {
    return super.newApplicationContextBuilder().eagerInitSingletons(true);
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context lambda) {
    try {
      GatewayEvent.prepare(event);
      RemainingTime.tell(event, lambda.getRemainingTimeInMillis());
      return super.handleRequest(event, lambda);
    } catch (RuntimeException e) {
      LOG.error("A request couldn't be handed to the application", e);
      return internalError();
    }
  }

  // Around the framework, which has no part in it when this is needed.
  private static APIGatewayV2HTTPResponse internalError() {
    Problem problem = Problem.internalError();
    return APIGatewayV2HTTPResponse.builder()
        .withStatusCode(problem.status())
        .withHeaders(Map.of("Content-Type", Problem.MEDIA_TYPE, "Cache-Control", "no-store"))
        .withBody(
            "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%s,\"detail\":\"%s\"}"
                .formatted(problem.type(), problem.title(), problem.status(), problem.detail()))
        .build();
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    Priming.run();
    FirstContact.make(LambdaSettings.dynamoDb(), applicationContext.getBean(RegisterTables.class));
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    Randoms.forgetWhatWasRead();
    applicationContext.getBean(IssuerKeys.class).readAhead();
  }
}
