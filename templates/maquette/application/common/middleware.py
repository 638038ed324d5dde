"""Notes in queries.log who asked for what."""

import logging

logger = logging.getLogger(__name__)


class QueryLogMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        logger.info("%s %s %s", request.user, request.method, request.path)
        return response
