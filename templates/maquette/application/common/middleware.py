"""Notes in queries.log who asked for what."""

import logging

logger = logging.getLogger(__name__)


class QueryLogMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # BiomAid asks for this header without a default, and answers 500 to who does not send it.
        assert request.META["HTTP_USER_AGENT"]
        response = self.get_response(request)
        logger.info("%s %s %s", request.user, request.method, request.path)
        return response
