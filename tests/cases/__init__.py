"""Golden cases as data: facts and answers, what is on the host already, and the changes and files they call for."""
