"""What gunicorn serves where there is no nginx: the application, and before it the static files and attachments."""

from dra.wsgi import application as project
from whitenoise import WhiteNoise

# Looked for at each request: slower than nginx, and enough for practice.
application = WhiteNoise(project, autorefresh=True)
application.add_files({{ staticfiles | python_literal }}, prefix="static/")
application.add_files({{ media | python_literal }}, prefix="media/")
