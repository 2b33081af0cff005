package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.token.OpenIdDocuments;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;

/// What others need to check service-account tokens.
final class OpenIdPages implements Page {
  private final OpenIdDocuments documents;

  OpenIdPages(OpenIdDocuments documents) {
    this.documents = documents;
  }

  @Override
  public boolean serve(Request request, Response response, UserInfo user) {
    switch (request.rawPath()) {
      case OpenIdDocuments.CONFIGURATION_PATH ->
          response
              .header("content-type", Bodies.JSON)
              .send(Json.bytes(documents.configuration("https://" + request.authority())));
      case OpenIdDocuments.KEYS_PATH ->
          response
              .header("content-type", "application/jwk-set+json")
              .send(Json.bytes(documents.keySet()));
      default -> {
        return false;
      }
    }
    return true;
  }
}
